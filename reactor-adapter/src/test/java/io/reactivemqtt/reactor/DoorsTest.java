package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.OtherJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each door of a client has a bound in messages and bytes, before they enter: {@link Doors} with 128 MiB of heap stays alive. */
class DoorsTest {

    private ServerSocket server;

    @BeforeEach
    void opens() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void closes() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "publish-large", "store", "stream", "incoming-0", "incoming-1"})
    void whatDoesNotFitIsRefusedOrWaitsOutside(String door) throws Exception {
        Thread serving = new Thread(() -> serve(door));
        serving.setDaemon(true);
        serving.start();

        Process process = OtherJvm.running(
                        List.of("-Xmx128m", "-XX:MaxDirectMemorySize=128m", "-XX:+ExitOnOutOfMemoryError"),
                        Doors.class,
                        door,
                        "" + server.getLocalPort())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    /** Accepts one connection and, for an incoming door, sends without end; else it reads no further. */
    private void serve(String door) {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            in.read(new byte[1024]);
            if (door.equals("incoming-1")) {
                out.write(new byte[] {0x20, 2, 0, 0}); // MQTT 3.1.1
                in.read(new byte[1024]);
                out.write(new byte[] {(byte) 0x90, 3, 0, 1, 1});
                for (int identifier = 1; ; identifier = identifier % 65_535 + 1) {
                    out.write(publish(1_000, identifier));
                }
            }
            out.write(new byte[] {0x20, 3, 0, 0, 0});
            if (door.equals("incoming-0")) {
                in.read(new byte[1024]);
                out.write(new byte[] {(byte) 0x90, 4, 0, 1, 0, 0});
                for (int i = 0; i < 600; i++) {
                    out.write(publish(1_000_000, 0));
                }
            }
            new CountDownLatch(1).await(60, TimeUnit.SECONDS); // reads nothing
        } catch (IOException | InterruptedException ended) {
            // the program has ended
        }
    }

    private static byte[] publish(int size, int identifier) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        boolean v311 = identifier > 0;
        int length = 3 + (v311 ? 2 : 1) + size;
        packet.write(v311 ? 0x32 : 0x30);
        do {
            packet.write((length & 0x7F) | (length > 0x7F ? 0x80 : 0));
            length >>= 7;
        } while (length > 0);
        packet.write(new byte[] {0, 1, 'a'});
        packet.write(v311 ? new byte[] {(byte) (identifier >> 8), (byte) identifier} : new byte[] {0});
        packet.write(new byte[size]);
        return packet.toByteArray();
    }
}
