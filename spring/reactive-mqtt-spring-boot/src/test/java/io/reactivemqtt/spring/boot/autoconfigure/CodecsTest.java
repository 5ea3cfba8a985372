package io.reactivemqtt.spring.boot.autoconfigure;

import static io.reactivemqtt.spring.boot.autoconfigure.Applications.offline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;

/** Which codec a type has. */
class CodecsTest {

    record Reading(double celsius) {}

    private static final ApplicationMessage JSON = ApplicationMessage.of("t", "{\"celsius\":21.5}", Qos.AT_LEAST_ONCE);

    @Test
    void textsAndBytesAreTheirPayloads() {
        Codecs codecs = new Codecs(null);
        assertThat(codecs.of(String.class).decode(JSON)).isEqualTo("{\"celsius\":21.5}");
        assertThat(codecs.of(byte[].class).decode(JSON)).hasSize(16);
        assertThat(codecs.of(Payload.class).decode(JSON)).isEqualTo(JSON.payload());
        assertThat(codecs.of(String.class).encode("x")).isEqualTo(Payload.utf8("x"));
    }

    @Test
    void everythingElseIsJsonOfTheApplicationsMapper() {
        offline().run(context -> {
            PayloadCodecs codecs = context.getBean(PayloadCodecs.class);
            assertThat(codecs.of(Reading.class).decode(JSON)).isEqualTo(new Reading(21.5));
            Object list = codecs.of(new ParameterizedTypeReference<List<Reading>>() {}.getType())
                    .decode(ApplicationMessage.of("t", "[{\"celsius\":1}]", Qos.AT_LEAST_ONCE));
            assertThat(list).isEqualTo(List.of(new Reading(1)));
        });
    }

    @Test
    void withoutJsonTheArtifactIsNamed() {
        assertThatThrownBy(() -> new Codecs(null).of(Reading.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reactive-mqtt-jackson");
    }
}
