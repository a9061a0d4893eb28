package io.backtestkit.cli;

import java.util.Optional;

/** What is done when the process ends early. */
final class ShutdownHooks {

    private ShutdownHooks() {}

    /**
     * Takes a hook away again. If the process is ending already, do nothing: the hook has begun.
     *
     * @return why it could not be taken away; empty if it was
     */
    static Optional<IllegalStateException> remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(e);
        }
    }
}
