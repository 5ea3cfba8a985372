package io.reactivemqtt.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
