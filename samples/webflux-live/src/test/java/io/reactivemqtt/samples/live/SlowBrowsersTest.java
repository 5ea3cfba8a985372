package io.reactivemqtt.samples.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * Ten browsers look on, of which one reads 1 KB a second: readings are stored at the pace at which they come, not at
 * that of the slowest. What is compared is how far both have come, never how long it took: nine browsers cost the
 * service processor time, and on a busy machine that alone changes a time by half.
 */
@Tag("once")
@MqttServer(value = ServerKind.MOSQUITTO, mosquittoOptions = "max_queued_messages 0")
class SlowBrowsersTest {

    private static final int EACH_TICK = 20;
    private static final int READINGS = 10_000;
    private static final Duration TICK = Duration.ofMillis(10);
    private static final int FAST = 9;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RunningServer server;

    SlowBrowsersTest(RunningServer server) {
        this.server = server;
    }

    /** Publishes readings evenly, and returns when the last of them is stored. */
    private void store(ServiceProcess service) throws Exception {
        ReactorMqttClient sensor = ReactorMqttClient.create(options -> options.server(server.uri()));
        sensor.connect().block();
        sensor.publish(Flux.interval(TICK)
                        .onBackpressureBuffer()
                        .take(READINGS / EACH_TICK)
                        .concatMapIterable(tick -> readings(Load.FIRST + tick * EACH_TICK)))
                .then(sensor.disconnect())
                .block();
        Load.awaitStored(service, READINGS);
    }

    private static List<ApplicationMessage> readings(long first) {
        List<ApplicationMessage> readings = new ArrayList<>();
        for (long number = first; number < first + EACH_TICK; number++) {
            readings.add(Load.reading(number));
        }
        return readings;
    }

    @Test
    void storingDoesNotGoAtTheirPace(@TempDir Path directory) throws Exception {
        try (ServiceProcess service = ServiceProcess.start(server.uri(), directory)) {
            List<Thread> browsers = new ArrayList<>();
            AtomicLong readByFast = new AtomicLong();
            for (int i = 0; i < FAST; i++) {
                browsers.add(reader(service.browser().live(), readByFast));
            }
            try (SlowBrowser slow = SlowBrowser.open(service.port())) {
                store(service);
                assertThat(slow.isReading()).isTrue();
                assertThat(slow.bytes()).isPositive().isLessThan(readByFast.get() / FAST / 4);
            }
            service.kill();
            for (Thread browser : browsers) {
                browser.join(PATIENCE.toMillis());
            }
        }
    }

    private static Thread reader(InputStream events, AtomicLong bytes) {
        Thread thread = new Thread(() -> {
            try (events) {
                byte[] buffer = new byte[8192];
                for (int read = events.read(buffer); read >= 0; read = events.read(buffer)) {
                    bytes.addAndGet(read);
                }
            } catch (IOException theServiceHasEnded) {
                // as the test wants it
            }
        });
        thread.start();
        return thread;
    }

    /** Reads 1 KB a second, and says to the service that it has no room for more. */
    private static final class SlowBrowser implements AutoCloseable {

        private static final int BYTES = 1024;

        private final Socket socket;
        private final AtomicLong bytes = new AtomicLong();
        private final Thread thread;

        private SlowBrowser(Socket socket) {
            this.socket = socket;
            this.thread = new Thread(this::read);
        }

        static SlowBrowser open(int port) throws IOException {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(BYTES);
            socket.connect(new InetSocketAddress("localhost", port));
            socket.getOutputStream()
                    .write("GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            SlowBrowser browser = new SlowBrowser(socket);
            browser.thread.start();
            return browser;
        }

        private void read() {
            try {
                int read;
                while ((read = socket.getInputStream().readNBytes(BYTES).length) > 0) {
                    bytes.addAndGet(read);
                    Thread.sleep(1000);
                }
            } catch (IOException | InterruptedException end) {
                // it is slow no more
            }
        }

        long bytes() {
            return bytes.get();
        }

        boolean isReading() {
            return thread.isAlive();
        }

        @Override
        public void close() throws IOException {
            thread.interrupt();
            socket.close();
        }
    }
}
