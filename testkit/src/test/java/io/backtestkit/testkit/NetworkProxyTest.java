package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In front of a server that sends back each byte it gets. */
@Timeout(60)
class NetworkProxyTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SHORT_MILLIS = 200;

    private final Queue<Byte> arrived = new ConcurrentLinkedQueue<>();
    private final ServerSocket server;
    private final NetworkProxy proxy;
    private Socket client;

    NetworkProxyTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket accepted = server.accept();
                start(() -> echo(accepted));
            }
        });
        proxy = new NetworkProxy(server.getInetAddress().getHostAddress(), server.getLocalPort());
        client = connected();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                return; // the connection, or the test, is over
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void echo(Socket accepted) throws IOException {
        try (accepted) {
            InputStream in = accepted.getInputStream();
            OutputStream out = accepted.getOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                arrived.add((byte) b);
                out.write(b);
            }
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(proxy.host(), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    @BeforeEach
    void passAtFirst() throws IOException {
        assertThat(sent("a")).isEqualTo("a");
        arrived.clear();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    private String sent(String text) throws IOException {
        return sent(client, text);
    }

    /** Sends it and returns as many bytes as come back. */
    private static String sent(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        byte[] back = socket.getInputStream().readNBytes(text.length());
        return new String(back, StandardCharsets.US_ASCII);
    }

    private void assertSilent(String text) throws IOException {
        client.setSoTimeout(SHORT_MILLIS);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> sent(text));
        client.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Waits until that is so, within the patience of the test. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void assertReset(String text) {
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> sent(text));
    }

    @Test
    void aBlackHoleSwallowsRequestsAndTheConnectionGoesOnAfterwards() throws Exception {
        proxy.fail(NetworkFault.BLACK_HOLE);
        assertSilent("b");
        await(() -> proxy.struckMessages() == 1); // else it might come to the proxy only when that passes again
        assertThat(arrived).isEmpty();

        proxy.pass();

        assertThat(sent("c")).isEqualTo("c");
    }

    @Test
    void aDroppedReplyWasRequested() throws Exception {
        proxy.fail(NetworkFault.DROP_REPLIES);

        assertSilent("b");

        await(() -> proxy.struckMessages() == 1);
        assertThat(arrived).containsExactly((byte) 'b');
    }

    @Test
    void aResetRequestDoesNotArrive() {
        proxy.fail(NetworkFault.RESET_REQUESTS);

        assertReset("b");

        assertThat(arrived).isEmpty();
    }

    @Test
    void aResetReplyWasRequested() {
        proxy.fail(NetworkFault.RESET_REPLIES);

        assertReset("b");

        assertThat(arrived).containsExactly((byte) 'b');
    }

    @Test
    void aClosedReplyEndsTheConnectionInGoodOrder() throws Exception {
        proxy.fail(NetworkFault.CLOSE_REPLIES);

        assertThat(sent("b")).isEmpty();
    }

    @Test
    void soManyMessagesPassBefore() throws Exception {
        proxy.fail(NetworkFault.RESET_REQUESTS, 2);

        assertThat(sent("b")).isEqualTo("b");
        assertThat(sent("c")).isEqualTo("c");
        assertReset("d");
    }

    @Test
    void oneConnectionFailsAndTheOthersDoNot() throws Exception {
        proxy.failOnce(NetworkFault.RESET_REQUESTS, "bad");

        try (Socket other = connected()) {
            assertThat(sent("good")).isEqualTo("good");
            assertReset("a bad one");
            assertThat(sent(other, "another bad one")).isEqualTo("another bad one");
        }
    }

    @Test
    void theConnectionIsCutAfterSoManyBytes() throws Exception {
        proxy.cutAfter(3);

        assertThat(sent("bcd")).isEqualTo("bcd");
        assertReset("e");
        assertThat(arrived).hasSize(3);
    }

    @Test
    void aDelayedReplyComesLateOrWhenThePlanIsReplaced() throws Exception {
        proxy.delay(Duration.ofMillis(300));
        long start = System.nanoTime();
        assertThat(sent("b")).isEqualTo("b");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));

        proxy.delay(Duration.ofHours(1));
        assertSilent("c");
        proxy.pass();

        assertThat(client.getInputStream().read()).isEqualTo('c');
    }

    @Test
    void aRefusingProxyTakesConnectionsAgainOnTheSamePort() throws Exception {
        int port = proxy.port();
        proxy.refuse();
        assertReset("b");
        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connected);

        proxy.pass();

        assertThat(proxy.port()).isEqualTo(port);
        client = connected();
        assertThat(sent("c")).isEqualTo("c");
    }

    @Test
    void aServerThatIsGoneIsSeenAsAConnectionThatEnds() throws Exception {
        try (NetworkProxy toNobody = new NetworkProxy("127.0.0.1", Ports.free())) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> sentAtOnce(toNobody, "b"))
                    .isNotInstanceOf(ConnectException.class);
        }
    }

    /** Sends it on a connection of its own, the end of which may be seen before it has been used. */
    private static String sentAtOnce(NetworkProxy to, String text) throws IOException {
        try (Socket late = new Socket(to.host(), to.port())) {
            late.setSoTimeout(PATIENCE_MILLIS);
            return sent(late, text);
        }
    }

    @Test
    void aHeldRequestArrivesWhenItIsDeliveredThoughItsClientIsGone() throws Exception {
        proxy.holdOnce("b");
        client.getOutputStream().write("a".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('a');
        client.getOutputStream().write("b".getBytes(StandardCharsets.US_ASCII));
        client.setSoTimeout(SHORT_MILLIS);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> client.getInputStream().read());
        client.close();
        await(proxy::holds);
        assertThat(arrived).containsExactly((byte) 'a');

        proxy.deliver();

        assertThat(arrived).containsExactly((byte) 'a', (byte) 'b');
    }

    @Test
    void nobodyWaitsForTheAnswerToAHeldRequestWhoseConnectionHasEnded() throws Exception {
        proxy.holdOnce("b");
        assertThat(sent("a")).isEqualTo("a");
        client.getOutputStream().write("b".getBytes(StandardCharsets.US_ASCII));
        await(proxy::holds);
        proxy.reset();

        proxy.deliver();

        assertThat(arrived).containsExactly((byte) 'a');
    }

    @Test
    void nothingIsDeliveredThatWasNotHeld() {
        proxy.holdOnce("b");
        assertThat(proxy.holds()).isFalse();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(proxy::deliver);
    }
}
