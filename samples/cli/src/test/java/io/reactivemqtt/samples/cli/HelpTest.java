package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--help|pub sub request respond session bench script status",
                "pub --help|TOPIC --topic --null-message --stdin-file --host --port --url --id-prefix --disable-clean-session --pw"
                        + " --property --debug --message --file --lines --qos --retain --content-type --response-topic --correlation-data"
                        + " --message-expiry --payload-format --user-property --server --client-id --protocol --user"
                        + " --password --password-file MQTT_PASSWORD --keep-alive --[no-]clean-start --session-expiry --store"
                        + " --will-topic --will-message --will-qos --will-retain --will-delay --connect-property",
                "sub --help|FILTER --topic --filter-out --no-retained --wait --template -N --qos --count --format --json --topics --no-local --retain-as-published --retain-handling",
                "request --help|TOPIC --topic --message --null-message --file --stdin-file --lines --timeout --many --template -N --format"
                        + " --json --topics --qos --retain --content-type --message-expiry --user-property --server --client-id",
                "respond --help|FILTER --topic --message --exec MQTT_TOPIC --qos --count --concurrency --server --client-id --store",
                "session --help|inspect export import",
                "session inspect --help|--store --client-id",
                "session export --help|--store --client-id FILE",
                "session import --help|--store --client-id FILE --replace",
                "bench --help|--count --qos --size --topic --server"
            })
    void helpNamesEveryOptionOnTheStandardOutput(String arguments, String words) {
        Run run = Run.of(arguments.split(" ", -1));

        assertThat(run.text()).contains(words.split(" ", -1));
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void versionIsOneLine() {
        assertThat(Run.of("--version").out()).singleElement().asString().startsWith("reactive-mqtt ");
    }
}
