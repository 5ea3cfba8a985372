package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ReconnectPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that send or read slowly, or not at all, over real TCP: what moves is alive, and what does not is let go. */
class SlowServerTest {

    private static final byte[] CONNACK = {0x20, 0x03, 0x00, 0x00, 0x00};
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Queue<ClientEvent> events = new ConcurrentLinkedQueue<>();
    private ServerSocket server;
    private ReactorMqttClient client;
    private Socket socket;

    @BeforeEach
    void connects() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setReceiveBufferSize(64 * 1024);
        client = ReactorMqttClient.create(options -> options.server("mqtt://127.0.0.1:" + server.getLocalPort())
                .keepAlive(Duration.ofSeconds(1))
                .session(session -> session.maximumPacketSize(16 * 1024 * 1024))
                .disconnectTimeout(Duration.ofMillis(100))
                .reconnect(ReconnectPolicy.NONE));
        client.events().subscribe(events::add);
        var connecting = client.connect().toFuture();
        socket = server.accept();
        assertThat(socket.getInputStream().read(new byte[1024])).isPositive();
        socket.getOutputStream().write(CONNACK);
        connecting.join();
    }

    @AfterEach
    void closes() throws IOException {
        client.disconnect().block(PATIENCE);
        socket.close();
        server.close();
    }

    private boolean wasDisconnected() {
        return events.stream().anyMatch(ClientEvent.Disconnected.class::isInstance);
    }

    @Test
    void aMessageThatArrivesSlowlyButSteadilyKeepsTheConnection() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        client.subscribe("a", Qos.AT_MOST_ONCE).subscribe(message -> arrived.countDown());
        int length = 100_000;
        OutputStream out = socket.getOutputStream();
        out.write(new byte[] {0x30, (byte) 0xA4, (byte) 0x8D, 0x06}); // 100,004 bytes follow
        out.write(new byte[] {0, 1, 'a', 0});
        for (int i = 0; i < 20; i++) { // for four times the Keep Alive
            out.write(new byte[length / 20]);
            out.flush();
            assertThat(arrived.await(i < 19 ? 200 : 10_000, TimeUnit.MILLISECONDS))
                    .isEqualTo(i == 19);
        }

        assertThat(wasDisconnected()).isFalse();
    }

    @Test
    void aMessageThatIsReadSlowlyButSteadilyKeepsTheConnection() throws Exception {
        int length = 12 * 1024 * 1024;
        client.publish(ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[length]), Qos.AT_LEAST_ONCE))
                .subscribe(result -> {}, error -> {});
        InputStream in = socket.getInputStream();
        CountDownLatch never = new CountDownLatch(1);
        long taken = 0;
        while (taken < length) { // at most 3 MB/s
            int read = in.readNBytes(new byte[300_000], 0, (int) Math.min(300_000, length - taken));
            taken += read;
            assertThat(read).isPositive();
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
        }

        assertThat(wasDisconnected()).isFalse();
    }

    @Test
    void aServerThatFallsSilentWhileTheClientPublishesIsNoticed() throws Exception {
        CountDownLatch disconnected = new CountDownLatch(1);
        client.events().filter(ClientEvent.Disconnected.class::isInstance).subscribe(event -> disconnected.countDown());
        long began = System.nanoTime();
        while (!disconnected.await(50, TimeUnit.MILLISECONDS)) {
            client.publish(ApplicationMessage.of("a", "x", Qos.AT_MOST_ONCE)).subscribe(result -> {}, error -> {});
            assertThat(System.nanoTime() - began).isLessThan(PATIENCE.toNanos());
        }
    }

    @Test
    void aServerThatReadsNothingDoesNotKeepTheSocketOpen() throws Exception {
        client.publish(ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[8_000_000]), Qos.AT_MOST_ONCE))
                .subscribe(result -> {}, error -> {});
        client.disconnect().block(PATIENCE);
        CountDownLatch never = new CountDownLatch(1);
        long began = System.nanoTime();
        boolean open = true;
        while (open) { // the Server reads nothing, so only a write tells that the client's end is gone
            assertThat(System.nanoTime() - began).isLessThan(PATIENCE.toNanos());
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
            try {
                socket.getOutputStream().write(0xD0);
            } catch (IOException gone) {
                open = false;
            }
        }

        assertThat(open).isFalse();
    }
}
