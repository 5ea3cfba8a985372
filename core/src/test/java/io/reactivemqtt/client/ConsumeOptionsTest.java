package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.FailurePolicy.End;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConsumeOptionsTest {

    @Test
    void whatCannotBeDecodedEndsAsAFailureDoesButAtOnceUnlessSaidOtherwise() {
        FailurePolicy twice = FailurePolicy.retry(2, Backoff.fixed(Duration.ofSeconds(1)));
        ConsumeOptions.Builder options =
                ConsumeOptions.builder().filter("a").onFailure(twice.thenRefuse(ReasonCode.QUOTA_EXCEEDED));

        FailurePolicy byDefault = options.build().onUndecodable();
        assertThat(byDefault.retries()).isZero();
        assertThat(byDefault.end()).isEqualTo(End.REFUSE);
        assertThat(byDefault.refusal()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(options.onUndecodable(FailurePolicy.skip())
                        .build()
                        .onUndecodable()
                        .end())
                .isEqualTo(End.SKIP);
    }

    @Test
    void aCopyKeepsWhatWasSaidOfItAndWhatWasNot() {
        ConsumeOptions.Builder options = ConsumeOptions.builder().filter("a");

        assertThat(options.build()
                        .mutate()
                        .onFailure(FailurePolicy.skip())
                        .build()
                        .onUndecodable()
                        .end())
                .isEqualTo(End.SKIP);
        assertThat(options.onUndecodable(FailurePolicy.handBack())
                        .build()
                        .mutate()
                        .build()
                        .onUndecodable()
                        .end())
                .isEqualTo(End.HAND_BACK);
    }
}
