package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClients;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Tells of each client which Server it is for, as whom, in which version, and how long its Session lasts. No user name, no password. */
public final class MqttInfoContributor implements InfoContributor {

    private final MqttClients clients;

    /** Tells of {@code clients}, by their names. */
    public MqttInfoContributor(MqttClients clients) {
        this.clients = clients;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Map<String, Object> all = new LinkedHashMap<>();
        clients.byName().forEach((name, client) -> all.put(name, of(client)));
        builder.withDetail("mqtt", all);
    }

    private static Map<String, Object> of(ReactorMqttClient client) {
        SessionOptions session = client.options().session();
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("server", client.state().server().toString());
        one.put("clientIdentifier", session.clientIdentifier());
        one.put("protocolVersion", session.protocolVersion());
        one.put("sessionExpiry", session.sessionExpiryInterval().toString());
        one.put("durable", client.options().sessionStore() != null);
        return one;
    }
}
