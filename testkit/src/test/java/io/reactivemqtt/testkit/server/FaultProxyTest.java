package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.testkit.server.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultProxyTest {

    private static final byte[] TEN = "0123456789".getBytes(StandardCharsets.US_ASCII);

    private static URI uri(ServerSocket server) {
        return URI.create("mqtt://127.0.0.1:" + server.getLocalPort());
    }

    private static Socket connect(FaultProxy proxy) throws IOException {
        return new Socket(proxy.uri().getHost(), proxy.uri().getPort());
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Test
    void bytesPassBothWaysUntilOneSideCloses() throws IOException {
        try (ServerSocket server = listen();
                FaultProxy proxy = FaultProxy.to(uri(server));
                Socket client = connect(proxy);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(TEN);
            assertThat(accepted.getInputStream().readNBytes(TEN.length)).isEqualTo(TEN);
            accepted.getOutputStream().write(TEN);
            assertThat(client.getInputStream().readNBytes(TEN.length)).isEqualTo(TEN);

            accepted.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.obstacle()).isNull();
        }
    }

    @Test
    void connectionIsResetOnceSoManyBytesHavePassed() throws IOException {
        try (ServerSocket server = listen();
                FaultProxy proxy = FaultProxy.to(uri(server));
                Socket client = connect(proxy);
                Socket accepted = server.accept()) {
            proxy.cutAfter(TEN.length);
            client.getOutputStream().write(TEN);
            assertThat(accepted.getInputStream().readNBytes(TEN.length)).isEqualTo(TEN);

            client.getOutputStream().write(TEN);

            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(proxy.cuts()).isEqualTo(1);
        }
    }

    private static final byte[] FIVE = "01234".getBytes(StandardCharsets.US_ASCII);

    /** A connection through a proxy. */
    private interface Through {
        void test(FaultProxy proxy, Socket client, Socket accepted) throws IOException;
    }

    private static void through(Through test) throws IOException {
        try (ServerSocket server = listen();
                FaultProxy proxy = FaultProxy.to(uri(server));
                Socket client = connect(proxy);
                Socket accepted = server.accept()) {
            accepted.setSoTimeout(200);
            client.setSoTimeout(200);
            test.test(proxy, client, accepted);
        }
    }

    @Test
    void exactlySoManyBytesGetThereBeforeACut() throws IOException {
        through((proxy, client, accepted) -> {
            proxy.cutAfter(Direction.TO_SERVER, 5);
            client.getOutputStream().write(TEN);

            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(FIVE);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(proxy.passed(Direction.TO_SERVER)).isEqualTo(5);
        });
    }

    @Test
    void anEndInGoodOrderIsNoReset() throws IOException {
        through((proxy, client, accepted) -> {
            proxy.endAfter(Direction.TO_CLIENT, 5);
            accepted.getOutputStream().write(TEN);

            assertThat(client.getInputStream().readAllBytes()).isEqualTo(FIVE);
        });
    }

    @Test
    void oneBitOfOneByteIsFlipped() throws IOException {
        through((proxy, client, accepted) -> {
            proxy.flipBitAfter(Direction.TO_SERVER, 3);
            client.getOutputStream().write(TEN);
            client.getOutputStream().write(TEN);

            assertThat(new String(accepted.getInputStream().readNBytes(20), StandardCharsets.US_ASCII))
                    .isEqualTo("0122456789" + "0123456789");
        });
    }

    @Test
    void whatIsStalledComesLater() throws IOException {
        through((proxy, client, accepted) -> {
            proxy.stall(Direction.TO_SERVER, true);
            client.getOutputStream().write(TEN);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            proxy.stall(Direction.TO_SERVER, false);

            assertThat(accepted.getInputStream().readNBytes(TEN.length)).isEqualTo(TEN);
        });
    }

    @Test
    void whatFallsIntoABlackHoleNeverComes() throws IOException {
        through((proxy, client, accepted) -> {
            proxy.blackHole(true);
            client.getOutputStream().write(TEN);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            proxy.blackHole(false);
            client.getOutputStream().write(FIVE);

            assertThat(accepted.getInputStream().readNBytes(FIVE.length)).isEqualTo(FIVE);
        });
    }

    @Test
    void bytesComeInPiecesAndSlowly() throws IOException {
        through((proxy, client, accepted) -> {
            proxy.segments(1);
            proxy.throttle(100);
            long before = System.nanoTime();
            client.getOutputStream().write(TEN);

            assertThat(accepted.getInputStream().readNBytes(TEN.length)).isEqualTo(TEN);
            assertThat(System.nanoTime() - before).isGreaterThan(50_000_000);
        });
    }

    @Test
    void networkThatIsDownLetsNobodyThroughUntilItIsBack() throws IOException {
        try (ServerSocket server = listen();
                FaultProxy proxy = FaultProxy.to(uri(server))) {
            try (Socket client = connect(proxy);
                    Socket accepted = server.accept()) {
                proxy.goDown();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                assertThat(isEnded(client)).isTrue();
            }
            try (Socket client = connect(proxy)) {
                assertThat(isEnded(client)).isTrue();
            }
            proxy.comeBack();
            try (Socket client = connect(proxy);
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(TEN);
                assertThat(accepted.getInputStream().readNBytes(TEN.length)).isEqualTo(TEN);
            }
        }
    }

    private static boolean isEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void obstacleSaysWhyTheServerIsNotReached() throws IOException {
        try (RefusingPort nobody = RefusingPort.open();
                FaultProxy proxy = FaultProxy.to(nobody.uri());
                Socket client = connect(proxy)) {
            assertThat(isEnded(client)).isTrue();
            assertThat(proxy.obstacle()).contains("refused");
        }
    }
}
