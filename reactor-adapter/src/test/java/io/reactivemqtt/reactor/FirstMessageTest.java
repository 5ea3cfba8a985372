package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.server.EmbeddedServer;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program loads until the Server has acknowledged its first message. Each class is a fifth of a millisecond of a cold start, so whoever
 * raises a limit says in its commit what for.
 */
class FirstMessageTest {

    private static final long PATIENCE_SECONDS = 60;

    /** The program that a child of this process runs. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(arguments[0]));
            client.connect().block();
            client.publish(ApplicationMessage.of("greetings/world", "Hello", Qos.AT_LEAST_ONCE))
                    .block();
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void aFirstMessageLoadsFewClasses(@TempDir Path directory) throws IOException, InterruptedException {
        Path log = directory.resolve("classes");
        try (EmbeddedServer server = EmbeddedServer.start()) {
            Process program = OtherJvm.running(
                            List.of("-Xlog:class+load:file=" + log + ":none"),
                            Program.class,
                            server.uri().toString())
                    .inheritIO()
                    .start();
            assertThat(program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
        }
        List<String> classes;
        try (Stream<String> lines = Files.lines(log)) {
            classes = lines.map(line -> line.substring(0, line.indexOf(' ')))
                    .filter(name -> !name.contains("Test$"))
                    .toList();
        }

        assertThat(of(classes, "io.reactivemqtt.")).as("ours").hasSizeBetween(100, 285);
        assertThat(of(classes, "reactor.")).as("Reactor's").hasSizeBetween(100, 190);
        assertThat(of(classes, "io.netty.")).as("Netty's").hasSizeBetween(100, 480);
        assertThat(of(classes, "jdk.jfr.internal.PlatformEventType"))
                .as("an event of Flight Recorder, which Netty's pool of buffers makes")
                .isEmpty();
        assertThat(of(classes, "io.netty.resolver.dns.DnsNameResolver"))
                .as("what looks names up, for an address")
                .isEmpty();
        assertThat(of(classes, "reactor.core.publisher.FluxMap"))
                .as("operators of nobody's")
                .isEmpty();
    }

    private static List<String> of(List<String> classes, String prefix) {
        return classes.stream().filter(name -> name.startsWith(prefix)).toList();
    }
}
