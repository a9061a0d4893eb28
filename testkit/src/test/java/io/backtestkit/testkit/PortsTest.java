package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PortsTest {

    /** Linux gives them ports from 32,768 on by itself, other systems from higher ones. */
    @Test
    void noClientIsGivenThePortOfAServer() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(Ports.free()).isBetween(10_000, 22_000);
            try (ServerSocket server = Ports.listening();
                    Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
                assertThat(server.getLocalPort()).isBetween(10_000, 22_000);
                assertThat(client.getLocalPort()).isGreaterThan(22_000);
            }
        }
    }

    @Test
    void aPortInUseIsNotTakenForFree() throws IOException {
        Set<Integer> seen = new TreeSet<>();
        try (ServerSocket used = Ports.listening()) {
            for (int i = 0; i < 100; i++) {
                seen.add(Ports.free());
            }
            assertThat(seen).doesNotContain(used.getLocalPort()).hasSizeGreaterThan(50);
        }
    }
}
