package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.Payload;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Against the figures of RFC 7677 §3, and Servers that do not keep to it. */
class ScramSha256Test {

    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String BOTH_NONCES = CLIENT_NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SERVER_FIRST = "r=" + BOTH_NONCES + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final ConnectAttempt ATTEMPT =
            ConnectAttempt.of(ClientOptions.builder().build(), URI.create("mqtt://localhost"), 0, null);

    private static AuthenticationExchange exchange(String user) {
        return ScramSha256.of(user, "pencil", () -> CLIENT_NONCE).begin(ATTEMPT);
    }

    private static String said(Publisher<Payload> publisher) {
        List<String> elements = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        publisher.subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Payload payload) {
                elements.add(payload.asUtf8());
            }

            @Override
            public void onError(Throwable failure) {
                failures.add(failure);
            }

            @Override
            public void onComplete() {}
        });
        if (!failures.isEmpty()) {
            throw (RuntimeException) failures.get(0);
        }
        return String.join("|", elements);
    }

    @Test
    void theExampleOfTheStandardIsSpoken() {
        AuthenticationExchange exchange = exchange("user");
        assertThat(said(exchange.begin())).isEqualTo("n,,n=user,r=" + CLIENT_NONCE);
        assertThat(said(exchange.answer(Payload.utf8(SERVER_FIRST))))
                .isEqualTo("c=biws,r=" + BOTH_NONCES + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        exchange.succeeded(Payload.utf8("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    @ParameterizedTest
    @CsvSource({"'a=b,c', 'a=3Db=2Cc'", "\u2168, IX"})
    void aUserNameIsNormalizedAndEscaped(String user, String escaped) {
        assertThat(said(exchange(user).begin())).isEqualTo("n,,n=" + escaped + ",r=" + CLIENT_NONCE);
    }

    @Test
    void everyRunHasANonceOfItsOwn() {
        ScramSha256 scram = ScramSha256.of("user", "pencil");
        assertThat(said(scram.begin(ATTEMPT).begin()))
                .isNotEqualTo(said(scram.begin(ATTEMPT).begin()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "e=other-error", "", "-"})
    void aServerThatDoesNotKnowThePasswordIsNotAccepted(String last) {
        AuthenticationExchange exchange = exchange("user");
        said(exchange.answer(Payload.utf8(SERVER_FIRST)));
        @Nullable Payload data = last.equals("-") ? null : Payload.utf8(last);
        assertThatThrownBy(() -> exchange.succeeded(data))
                .hasMessageContaining("has not shown that it knows the password");
    }

    @Test
    void aServerThatIsContentTooSoonIsNotAccepted() {
        assertThatThrownBy(() -> exchange("user").succeeded(null)).hasMessageContaining("has not shown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rubbish",
                "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=" + CLIENT_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=" + BOTH_NONCES + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
                "r=" + BOTH_NONCES + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=999999999",
                "r=" + BOTH_NONCES + ",s=,i=4096",
                "m=x,r=" + BOTH_NONCES + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
            })
    void aServerThatDoesNotKeepToTheMethodIsNotAnswered(String serverFirst) {
        assertThatThrownBy(() -> said(exchange("user").answer(Payload.utf8(serverFirst))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("pencil");
    }

    @Test
    void nothingSecretIsShown() {
        assertThat(ScramSha256.of("user", "pencil").toString())
                .doesNotContain("pencil")
                .doesNotContain("=user");
    }
}
