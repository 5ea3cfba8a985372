package io.reactivemqtt.samples;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Single Servers, as docs/servers shows them. */
final class Servers {

    private Servers() {}

    static ClientOptions awsByCertificate(Path certificate, Path key) {
        // #certificate
        ClientOptions options =
                ClientOptions.of(builder -> builder.server("mqtts://a1b2c3-ats.iot.eu-central-1.amazonaws.com:8883")
                        .clientIdentifier("meter-7")
                        .tls(tls -> tls.clientCertificate(certificate, key))); // the key as PKCS#8
        // #end
        return options;
    }

    static ClientOptions awsOnPort443(Path certificate, Path key) {
        // #port443
        ClientOptions options =
                ClientOptions.of(builder -> builder.server("mqtts://a1b2c3-ats.iot.eu-central-1.amazonaws.com:443")
                        .clientIdentifier("meter-7")
                        .tls(tls -> tls.clientCertificate(certificate, key).applicationProtocols("x-amzn-mqtt-ca")));
        // #end
        return options;
    }

    static ClientOptions awsBySignedUri(Function<URI, Mono<URI>> signer) {
        // #signed
        ClientOptions options =
                ClientOptions.of(builder -> builder.server("wss://a1b2c3-ats.iot.eu-central-1.amazonaws.com/mqtt")
                        .clientIdentifier("meter-7")
                        .beforeConnect(attempt -> signer.apply(attempt.server()).map(attempt::withServer)));
        // #end
        return options;
    }

    static ClientOptions azureByCertificate(Path certificate, Path key) {
        // #azure
        ClientOptions options =
                ClientOptions.of(builder -> builder.server("mqtts://fleet.westeurope-1.ts.eventgrid.azure.net")
                        .clientIdentifier("meter-7")
                        .userName("meter-7")
                        .tls(tls -> tls.clientCertificate(certificate, key)));
        // #end
        return options;
    }

    static ClientOptions azureByToken(Mono<String> token) {
        // #jwt
        ClientOptions options =
                ClientOptions.of(builder -> builder.server("mqtts://fleet.westeurope-1.ts.eventgrid.azure.net")
                        .clientIdentifier("meter-7")
                        .authenticator(Authenticator.ofOneStep("OAUTH2-JWT", attempt -> token.map(Payload::utf8))));
        // #end
        return options;
    }
}
