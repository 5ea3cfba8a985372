package io.reactivemqtt.reactor;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A HiveMQ that takes each token, a Password that says until when it holds, as long as it holds, and then ends the connection. */
final class ExpiringTokens implements ExtensionMain {

    private static final String BEGIN = "canary-token-until-";

    final AtomicInteger taken = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();

    EmbeddedExtension embedded() {
        return EmbeddedExtension.builder()
                .withId("tokens")
                .withName("Tokens")
                .withVersion("1")
                .withExtensionMain(this)
                .build();
    }

    /** Returns a token that holds for so long. */
    static String token(long millis) {
        return BEGIN + (System.currentTimeMillis() + millis);
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Services.securityRegistry()
                .setAuthenticatorProvider(provided -> (SimpleAuthenticator) ExpiringTokens.this::onConnect);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    @SuppressWarnings("FutureReturnValueIgnored") // a client that is gone already is disconnected
    private void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        String token = input.getConnectPacket()
                .getPassword()
                .map(password -> StandardCharsets.US_ASCII.decode(password).toString())
                .orElse(BEGIN + "0");
        long holdsMillis = Long.parseLong(token.substring(BEGIN.length())) - System.currentTimeMillis();
        if (holdsMillis <= 0) {
            refused.incrementAndGet();
            output.failAuthentication();
            return;
        }
        taken.incrementAndGet();
        output.authenticateSuccessfully();
        String clientIdentifier = input.getClientInformation().getClientId();
        Services.extensionExecutorService()
                .schedule(
                        () -> Services.clientService().disconnectClient(clientIdentifier),
                        holdsMillis,
                        TimeUnit.MILLISECONDS);
    }
}
