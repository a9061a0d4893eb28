package io.backtestkit.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a {@link NetworkProxy} is to do from a moment on. */
final class NetworkPlan {

    /** What one connection has seen of one plan. */
    static final class Progress {
        final NetworkPlan plan;
        private int requests;
        private int replies;
        private long requestBytes;
        private boolean struck;

        Progress(NetworkPlan plan) {
            this.plan = plan;
        }
    }

    /** What becomes of a message: so many of its bytes pass, and then the connection stays or ends. */
    record Fate(int passing, boolean ends, boolean inGoodOrder) {
        static Fate pass(int bytes) {
            return new Fate(bytes, false, false);
        }

        static Fate reset(int bytesBefore) {
            return new Fate(bytesBefore, true, false);
        }
    }

    private final @Nullable NetworkFault fault;
    private final int passing;
    private final String text;
    private final boolean once;
    private final long cutAfter;
    private final Duration delay;
    private final AtomicReference<@Nullable Progress> victim = new AtomicReference<>();
    private final AtomicLong struckMessages = new AtomicLong();

    private NetworkPlan(
            @Nullable NetworkFault fault, int passing, String text, boolean once, long cutAfter, Duration delay) {
        this.fault = fault;
        this.passing = passing;
        this.text = text;
        this.once = once;
        this.cutAfter = cutAfter;
        this.delay = delay;
    }

    static NetworkPlan pass() {
        return delayed(Duration.ZERO);
    }

    static NetworkPlan delayed(Duration delay) {
        return new NetworkPlan(null, 0, "", false, 0, delay);
    }

    static NetworkPlan everywhere(NetworkFault fault, int passing) {
        return new NetworkPlan(fault, passing, "", false, 0, Duration.ZERO);
    }

    static NetworkPlan once(NetworkFault fault, int passing) {
        return new NetworkPlan(fault, passing, "", true, 0, Duration.ZERO);
    }

    static NetworkPlan once(NetworkFault fault, String text) {
        return new NetworkPlan(fault, 0, text, true, 0, Duration.ZERO);
    }

    static NetworkPlan cutAfter(long bytes) {
        return new NetworkPlan(NetworkFault.CUT_REQUESTS, 0, "", false, bytes, Duration.ZERO);
    }

    Duration delay() {
        return delay;
    }

    /** Returns how many messages it has harmed. */
    long struckMessages() {
        return struckMessages.get();
    }

    Fate request(Progress progress, byte[] bytes, int length) {
        if (fault == null) {
            return Fate.pass(length);
        }
        if (cutAfter > 0) {
            return cut(progress, length);
        }
        boolean due = text.isEmpty()
                ? fault.strikesRequests() && progress.requests++ >= passing
                : new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(text);
        if (due) {
            strike(progress);
        }
        if (!progress.struck || !fault.strikesRequests()) {
            return Fate.pass(length);
        }
        struckMessages.incrementAndGet();
        return switch (fault) {
            case RESET_REQUESTS -> Fate.reset(0);
            case CUT_REQUESTS -> Fate.reset(length / 2);
            default -> Fate.pass(0);
        };
    }

    private Fate cut(Progress progress, int length) {
        long left = cutAfter - progress.requestBytes;
        progress.requestBytes += length;
        if (left >= length) {
            return Fate.pass(length);
        }
        struckMessages.incrementAndGet();
        return Fate.reset((int) left);
    }

    Fate reply(Progress progress, int length) {
        if (fault == null) {
            return Fate.pass(length);
        }
        if (text.isEmpty() && !fault.strikesRequests() && progress.replies++ >= passing) {
            strike(progress);
        }
        boolean harmed = progress.struck && (fault == NetworkFault.BLACK_HOLE || !fault.strikesRequests());
        if (!harmed) {
            return Fate.pass(length);
        }
        struckMessages.incrementAndGet();
        return switch (fault) {
            case RESET_REPLIES -> Fate.reset(0);
            case CLOSE_REPLIES -> new Fate(0, true, true);
            default -> Fate.pass(0);
        };
    }

    private void strike(Progress progress) {
        if (!once || victim.compareAndSet(null, progress) || progress == victim.get()) {
            progress.struck = true;
        }
    }
}
