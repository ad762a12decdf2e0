// A wire that a test can cut: forwards TCP to a server until it is told to stop, and again when told to.

import net from 'node:net';

export async function startWire(targetUrl) {
    const target = new URL(targetUrl);
    const sockets = new Set();
    let isCut = false;
    const wire = net.createServer((client) => {
        if (isCut) {
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
    await new Promise((resolve) => wire.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${wire.address().port}`,
        cut() {
            isCut = true;
            sockets.forEach((socket) => socket.destroy());
        },
        mend() {
            isCut = false;
        },
        async close() {
            this.cut();
            await new Promise((resolve) => wire.close(resolve));
        },
    };
}
