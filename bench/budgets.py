#!/usr/bin/env python3
"""What one client can make a server spend: measures it for a binary, prints a line per figure, and asserts nothing.

usage: budgets.py BINARY [NAME ...]       names: pages readers heads typing tokens lockout signups pictures disk
Each name gets a server of its own on a temporary data folder and loopback. `disk` mounts a small tmpfs and needs root;
`pictures` needs Pillow. docs/decisions/0019-budgets.md has the bounds that these figures are about.
"""
import base64, concurrent.futures, http.client, io, json, os, re, resource, shutil, signal, socket, struct, subprocess, sys, tempfile, threading, time

PASSWORD = 'Passw0rd!x'
HEAD_DESCRIPTORS = 300


class Server:
    def __init__(self, binary, folder=None, limits=True, descriptors=None):
        self.folder = folder or tempfile.mkdtemp(prefix='guildhall-budgets.')
        environment = {**os.environ, 'GUILDHALL_SIGNUP_OPEN': 'true', 'GUILDHALL_LIMITS_ENABLED': 'true' if limits else 'false'}
        bound = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))) if descriptors else None
        self.process = subprocess.Popen(
            [binary, 'serve', '--data-dir', self.folder + '/data', '--listen', '127.0.0.1:0'],
            stdout=subprocess.PIPE, stderr=open(self.folder + '/log', 'w'), env=environment, preexec_fn=bound, text=True)
        self.port = None
        for line in self.process.stdout:
            found = re.search(r'127\.0\.0\.1:(\d+)', line)
            if found:
                self.port = int(found[1])
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def request(self, method, path, body=None, token=None, source='127.0.0.1', headers=None, timeout=60):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout, source_address=(source, 0))
        try:
            sent = {'Authorization': 'Bearer ' + token} if token else {}
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
            try:
                connection.request(method, '/api/v4' + path, data, {**sent, **(headers or {})})
            except BrokenPipeError:
                pass  # Rejected before the whole body was sent.
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        finally:
            connection.close()

    def sign_up(self, name, source='127.0.0.1'):
        return self.request('POST', '/users', {'username': name, 'email': name + '@example.com', 'password': PASSWORD}, source=source)

    def log_in(self, name, password=PASSWORD, source='127.0.0.1'):
        return self.request('POST', '/users/login', {'login_id': name, 'password': password}, source=source)

    def person(self, name):
        self.sign_up(name)
        _, body, headers = self.log_in(name)
        return json.loads(body)['id'], headers['Token']

    def channel(self, token, *members):
        team = json.loads(self.request('POST', '/teams', {'name': 'studio', 'display_name': 'Studio', 'type': 'O'}, token)[1])
        for member in members:
            self.request('POST', f'/teams/{team["id"]}/members', {'team_id': team['id'], 'user_id': member}, token)
        return json.loads(self.request('GET', f'/teams/{team["id"]}/channels/name/town-square', token=token)[1])['id']

    def memory_mb(self, field='VmRSS'):
        with open(f'/proc/{self.process.pid}/status') as status:
            return int(re.search(field + r':\s+(\d+)', status.read())[1]) / 1024

    def cpu_s(self):
        with open(f'/proc/{self.process.pid}/stat') as stat:
            fields = stat.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Socket:
    """The least of a WebSocket client: small text frames."""

    def __init__(self, server, token):
        self.socket = socket.create_connection(('127.0.0.1', server.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f'GET /api/v4/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                             f'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n').encode())
        self.file = self.socket.makefile('rb')
        while self.file.readline().strip():
            pass

    def send(self, value):
        data = json.dumps(value).encode()
        head = bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else bytes([0x81, 0xfe]) + struct.pack('>H', len(data))
        self.socket.sendall(head + bytes(4) + data)

    def events(self, quiet_s):
        """Counts the events by name until there was none for a while."""
        counts = {}
        self.socket.settimeout(quiet_s)
        try:
            while head := self.file.read(2):
                size = head[1] & 0x7f
                if size >= 126:
                    size = int.from_bytes(self.file.read(2 if size == 126 else 8), 'big')
                data = self.file.read(size)
                if head[0] & 0x0f == 1:
                    event = json.loads(data).get('event', 'reply')
                    counts[event] = counts.get(event, 0) + 1
        except (TimeoutError, OSError):
            pass
        return counts


def tally(statuses):
    return ', '.join(f'{statuses.count(status)} x {status}' for status in sorted(set(statuses)))


def fill_with_large_posts(server, token, channel):
    statuses = []
    for size in (780_000, 60_000):
        for number in range(250):
            post = {'channel_id': channel, 'message': f'{size} {number}', 'props': {'data': 'x' * size}}
            statuses.append(server.request('POST', '/posts', post, token)[0])
            if statuses[-1] != 201:
                break
        if statuses[-1] == 201:
            return size
    return 0


def pages(binary):
    server = Server(binary, limits=False)
    _, token = server.person('admin')
    channel = server.channel(token)
    yield 'properties of each of 250 posts, accepted, bytes', fill_with_large_posts(server, token, channel)
    yield 'memory before, MB', round(server.memory_mb())
    path = f'/channels/{channel}/posts?per_page=200'
    yield 'one page, bytes', len(server.request('GET', path, token=token)[1])
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        yield 'six pages at once', tally([one[0] for one in pool.map(lambda _: server.request('GET', path, token=token), range(6))])
    yield 'memory at its peak, MB', round(server.memory_mb('VmHWM'))
    server.close()


def readers(binary):
    server = Server(binary, limits=False)
    _, token = server.person('admin')
    channel = server.channel(token)
    fill_with_large_posts(server, token, channel)
    yield 'memory before, MB', round(server.memory_mb())
    sockets = []
    for _ in range(20):
        one = socket.create_connection(('127.0.0.1', server.port))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall(f'GET /api/v4/channels/{channel}/posts?per_page=200 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n'.encode())
        sockets.append(one)
    for after_s in (10, 80):
        started = time.monotonic()
        while time.monotonic() - started < (10 if after_s == 10 else 70):
            time.sleep(0.5)
        yield f'memory with 20 clients that read nothing, after {after_s} s, MB', round(server.memory_mb())
    server.close()


def heads(binary):
    server = Server(binary, descriptors=HEAD_DESCRIPTORS)
    server.person('admin')
    half = []
    for _ in range(400):
        try:
            one = socket.create_connection(('127.0.0.1', server.port), timeout=2)
            one.sendall(b'GET / HTTP/1.1\r\nHo')
            half.append(one)
        except OSError:
            pass
    answered = 0
    for _ in range(10):
        try:
            answered += server.request('GET', '/system/ping', source='127.0.0.2', timeout=3)[0] == 200
        except OSError:
            pass
    yield f'of 10 other requests beside 400 half heads, {HEAD_DESCRIPTORS} descriptors, answered', answered
    server.close()


def typing(binary):
    server = Server(binary)
    _, token = server.person('admin')
    bob_id, bob = server.person('bob')
    channel = server.channel(token, bob_id)
    ann_socket, bob_socket = Socket(server, token), Socket(server, bob)
    before = server.cpu_s()
    try:
        for number in range(2000):
            ann_socket.send({'action': 'user_typing', 'seq': number + 1, 'data': {'channel_id': channel, 'parent_id': ''}})
    except OSError:
        pass
    yield 'notifications delivered to another of 2,000 sent', bob_socket.events(3).get('typing', 0)
    yield 'CPU for them, s', round(server.cpu_s() - before, 2)
    server.close()


def tokens(binary):
    server = Server(binary)
    server.person('admin')
    before, connection, statuses = server.cpu_s(), http.client.HTTPConnection('127.0.0.1', server.port), []
    for number in range(5000):
        connection.request('GET', '/api/v4/users/me', headers={'Authorization': f'Bearer {number:026}'})
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    yield '5,000 unknown tokens', tally(statuses)
    yield 'CPU for them, s', round(server.cpu_s() - before, 2)
    server.close()


def lockout(binary):
    server = Server(binary)
    server.person('admin')
    server.person('ann')
    yield '30 wrong passwords of a colleague from another address', tally([server.log_in('ann', 'wrong', '127.0.0.2')[0] for _ in range(30)])
    yield 'her own log-in afterwards', server.log_in('ann')[0]
    server.close()


def signups(binary):
    server = Server(binary)
    server.person('admin')
    statuses, log_ins = [], []
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        pending = [pool.submit(server.sign_up, f'many{number}', '127.0.0.2') for number in range(300)]
        while any(not one.done() for one in pending):
            started = time.monotonic()
            if server.log_in('admin')[0] == 200:
                log_ins.append(time.monotonic() - started)
        statuses = [one.result()[0] for one in pending]
    yield '300 sign-ups by one address', tally(statuses)
    yield 'log-ins beside them: number, slowest in s', (len(log_ins), round(max(log_ins, default=0), 2))
    server.close()


def pictures(binary):
    from PIL import Image
    frames = [Image.new('P', (1000, 1000), number % 250) for number in range(240)]
    for number, frame in enumerate(frames):
        frame.putpixel((number, number), 251)
    data = io.BytesIO()
    frames[0].save(data, 'GIF', save_all=True, append_images=frames[1:], optimize=False)
    gif = data.getvalue()
    yield 'animation: bytes, frames', (len(gif), len(frames))
    server = Server(binary, limits=False)
    user, token = server.person('admin')
    boundary = 'x' * 20

    def emoji(number):
        meta = json.dumps({'name': f'anim{number}', 'creator_id': user})
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="emoji"\r\n\r\n{meta}\r\n--{boundary}\r\n'
                f'Content-Disposition: form-data; name="image"; filename="a.gif"\r\nContent-Type: image/gif\r\n\r\n').encode() + gif + f'\r\n--{boundary}--\r\n'.encode()
        return server.request('POST', '/emoji', body, token, headers={'Content-Type': f'multipart/form-data; boundary={boundary}'}, timeout=300)[0]

    avatars, before = [], server.cpu_s()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        pending = [pool.submit(emoji, number) for number in range(16)]
        while any(not one.done() for one in pending):
            started = time.monotonic()
            server.request('GET', f'/users/{user}/image', token=token, timeout=300)
            avatars.append(time.monotonic() - started)
    yield '16 animated emoji at once', tally([one.result() for one in pending])
    yield 'CPU for them, s', round(server.cpu_s() - before, 1)
    yield 'memory at its peak, MB', round(server.memory_mb('VmHWM'))
    yield 'profile pictures beside them: number, slowest in s', (len(avatars), round(max(avatars, default=0), 2))
    server.close()


def disk(binary):
    folder = tempfile.mkdtemp(prefix='guildhall-budgets.')
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', folder], check=True)
    try:
        server = Server(binary, folder, limits=False)
        _, token = server.person('admin')
        channel = server.channel(token)
        statuses = [server.request('POST', f'/files?channel_id={channel}&filename={number}.bin', os.urandom(4 << 20), token)[0] for number in range(30)]
        yield '30 uploads of 4 MiB to a disk of 96 MiB', tally(statuses)
        posts = [server.request('POST', '/posts', {'channel_id': channel, 'message': 'm' * 2000}, token)[0] for _ in range(1000)]
        yield '1,000 messages afterwards', tally(posts)
        yield 'a log-in afterwards', server.log_in('admin')[0]
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
    finally:
        subprocess.run(['umount', '-l', folder], check=True)
        os.rmdir(folder)


ALL = [pages, readers, heads, typing, tokens, lockout, signups, pictures, disk]

if __name__ == '__main__':
    if len(sys.argv) < 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    chosen = set(sys.argv[2:])
    for measure in ALL:
        if chosen and measure.__name__ not in chosen:
            continue
        try:
            for what, value in measure(sys.argv[1]):
                print(f'{measure.__name__}: {what}: {value}', flush=True)
        except Exception as error:  # One that does not work on an old binary does not stop the others.
            print(f'{measure.__name__}: failed: {error!r}', flush=True)
