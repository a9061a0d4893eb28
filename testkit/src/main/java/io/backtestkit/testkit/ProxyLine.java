package io.backtestkit.testkit;

import io.backtestkit.testkit.NetworkPlan.Fate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** One connection of a client, and the one to the server that belongs to it. */
final class ProxyLine {

    private static final int BUFFER_BYTES = 1 << 16;

    private interface Carrier {
        Fate fateOf(int length) throws InterruptedException;
    }

    private final NetworkProxy proxy;
    private final Socket client;
    private final Socket server;
    private NetworkPlan.Progress progress;
    private volatile @Nullable HeldRequest delivering;

    ProxyLine(NetworkProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        progress = new NetworkPlan.Progress(proxy.plan());
    }

    private NetworkPlan.Progress progress() {
        NetworkPlan present = proxy.plan();
        if (progress.plan != present) {
            progress = new NetworkPlan.Progress(present);
        }
        return progress;
    }

    private synchronized Fate request(byte[] bytes, int length) {
        NetworkPlan.Progress seen = progress();
        return seen.plan.request(seen, bytes, length);
    }

    private synchronized Fate reply(int length) {
        NetworkPlan.Progress seen = progress();
        return seen.plan.reply(seen, length);
    }

    void carryRequests() {
        byte[] bytes = new byte[BUFFER_BYTES];
        carry(client, server, bytes, length -> {
            HeldRequest request = proxy.held();
            if (request != null && request.takes(bytes, length)) {
                delivering = request;
                if (isOver()) {
                    request.overtaken(); // the end of the replies may have come before anybody could know of it
                }
                request.awaitDelivery();
            }
            return request(bytes, length);
        });
    }

    void carryReplies() {
        byte[] bytes = new byte[BUFFER_BYTES];
        carry(server, client, bytes, length -> {
            answered();
            proxy.holdBack();
            return reply(length);
        });
        HeldRequest request = delivering;
        if (request != null) {
            request.overtaken();
        }
    }

    /** Its client may be gone: the end of the line must not overtake the request that was held, or what belongs to it. */
    private void awaitAnswerTo(Socket from) throws InterruptedException {
        HeldRequest request = delivering;
        if (request != null && from.equals(client)) {
            request.awaitAnswer();
        }
    }

    private void resetAfterAnswerTo(Socket from) {
        try {
            awaitAnswerTo(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reset();
    }

    private void answered() {
        HeldRequest request = delivering;
        if (request != null) {
            request.answered();
        }
    }

    private void carry(Socket from, Socket to, byte[] bytes, Carrier carrier) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                Fate fate = carrier.fateOf(length);
                out.write(bytes, 0, fate.passing());
                out.flush();
                if (fate.ends()) {
                    end(fate.inGoodOrder());
                    return;
                }
            }
            awaitAnswerTo(from);
            end(true);
        } catch (IOException e) {
            resetAfterAnswerTo(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    private void end(boolean inGoodOrder) {
        if (inGoodOrder) {
            proxy.forget(this);
            NetworkProxy.closeQuietly(client);
            NetworkProxy.closeQuietly(server);
        } else {
            reset();
        }
    }

    boolean isOver() {
        return client.isClosed() && server.isClosed();
    }

    void reset() {
        proxy.forget(this);
        NetworkProxy.abort(client);
        NetworkProxy.abort(server);
    }
}
