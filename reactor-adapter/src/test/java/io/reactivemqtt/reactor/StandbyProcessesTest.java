package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes of which one consumes and the others stand by: each that is killed is followed by the next, and nothing is lost. */
@MqttServer(ServerKind.MOSQUITTO)
class StandbyProcessesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SESSION = "standby-processes";
    private static final String TOPIC = "standby/work";
    private static final int KILLED = 4;
    private static final int EACH = 100;

    /** With the one before the others. */
    private static final int ALL = KILLED * EACH + 1;

    private final RunningServer server;
    private final Path file;
    private final List<Process> members = new ArrayList<>();

    StandbyProcessesTest(RunningServer server, @TempDir Path directory) {
        this.server = server;
        this.file = directory.resolve("sessions.db");
    }

    /** Says which message it has handled, one in a line. */
    static final class Member {
        public static void main(String[] arguments) {
            SqliteSessionStore store = SqliteSessionStore.at(Path.of(arguments[1]));
            SessionLeases leases = store.leases();
            ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(URI.create(arguments[0]))
                    .durableSession(SESSION, Duration.ofHours(1), store)
                    .standby(leases));
            Mono<Void> consumed = client.consume(
                    options -> options.filter(TOPIC).qos(Qos.EXACTLY_ONCE),
                    message -> Mono.fromRunnable(
                            () -> System.out.println(message.payload().asUtf8())));
            client.connect().subscribe();
            consumed.block();
        }
    }

    private void start() throws IOException {
        members.add(OtherJvm.running(
                        List.of("-XX:TieredStopAtLevel=1"),
                        Member.class,
                        server.uri().toString(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    @AfterEach
    void end() {
        members.forEach(Process::destroyForcibly);
    }

    /** Reads what one says until it has handled so many, or all have been handled, or it is gone; returns how many were so before. */
    private static int read(Process member, int atMost, Set<Integer> handled, int all) throws IOException {
        int repeated = 0;
        BufferedReader said = member.inputReader();
        for (int read = 0; read < atMost && handled.size() < all; read++) {
            String line = said.readLine();
            if (line == null) {
                break;
            }
            repeated += handled.add(Integer.valueOf(line)) ? 0 : 1;
        }
        return repeated;
    }

    /** One of them alone has the Session; which of those that stand by is the next, nobody knows before. */
    private Process whoeverSpeaks() throws IOException {
        while (true) {
            for (Process member : members) {
                if (member.inputReader().ready()) {
                    return member;
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void whoStandsByGoesOnWhereTheKilledOneWas() throws IOException {
        start();
        start();
        ReactorMqttClient publisher = ReactorMqttClient.create(options -> options.server(server.uri()));
        publisher.connect().block(PATIENCE);
        publishUntilSubscribed(publisher);
        TreeSet<Integer> handled = new TreeSet<>();
        int repeated = 0;
        for (int killed = 0; killed < KILLED; killed++) {
            publish(publisher, killed * EACH);
            Process active = whoeverSpeaks();
            repeated += read(active, EACH / 2, handled, ALL);
            active.toHandle().destroyForcibly(); // which leaves what it has said
            repeated += read(active, Integer.MAX_VALUE, handled, Integer.MAX_VALUE);
            members.remove(active);
            start();
        }
        while (handled.size() < ALL) {
            repeated += read(whoeverSpeaks(), 1, handled, ALL);
        }

        assertThat(handled).containsExactlyElementsOf(Flux.range(-1, ALL).toIterable());
        assertThat(repeated).as("what those that were killed had handled last").isLessThanOrEqualTo(KILLED * EACH);
        publisher.disconnect().block(PATIENCE);
    }

    private static void publish(ReactorMqttClient publisher, int first) {
        Flux.range(first, EACH)
                .concatMap(number -> publisher.publish(ApplicationMessage.of(TOPIC, "" + number, Qos.EXACTLY_ONCE)))
                .blockLast(PATIENCE);
    }

    /** Until then the Server has nobody to keep messages for. */
    private void publishUntilSubscribed(ReactorMqttClient publisher) {
        publisher
                .publish(ApplicationMessage.of(
                        TOPIC, "-1", Qos.AT_LEAST_ONCE)) // the Server says of QoS 2 too late who is there
                .filter(result -> result.reasonCode() != ReasonCode.NO_MATCHING_SUBSCRIBERS)
                .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(50)))
                .block(PATIENCE);
    }
}
