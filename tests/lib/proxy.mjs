// A connection that a test can break: forwards TCP to a server until it is disconnected, and again when reconnected.

import net from 'node:net';

export async function startProxy(targetUrl) {
    const target = new URL(targetUrl);
    const sockets = new Set();
    let isDisconnected = false;
    const proxy = net.createServer((client) => {
        if (isDisconnected) {
            client.destroy();
            return;
        }
        const server = net.connect(Number(target.port), target.hostname);
        for (const [from, to] of [[client, server], [server, client]]) {
            sockets.add(from);
            from.pipe(to);
            from.on('error', () => to.destroy());
            from.on('close', () => {
                sockets.delete(from);
                to.destroy();
            });
        }
    });
    await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${proxy.address().port}`,
        disconnect() {
            isDisconnected = true;
            sockets.forEach((socket) => socket.destroy());
        },
        reconnect() {
            isDisconnected = false;
        },
        async close() {
            this.disconnect();
            await new Promise((resolve) => proxy.close(resolve));
        },
    };
}
