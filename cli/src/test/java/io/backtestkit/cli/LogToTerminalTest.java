package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogToTerminalTest {

    @Test
    void storesAreHeardAndTheClientsBelowThemAreNot() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Logger client = Logger.getLogger("io.lettuce.core.RedisClient");
        LogToTerminal log = LogToTerminal.begin(Terminal.plain(stream, stream));
        try {
            Logger.getLogger("io.backtestkit.store.redis").warning("the role: a superuser.");
            assertThat(client.isLoggable(Level.SEVERE)).isFalse();
        } finally {
            log.close();
        }

        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("Note: the role: a superuser.");
        assertThat(client.isLoggable(Level.WARNING)).isTrue();
    }
}
