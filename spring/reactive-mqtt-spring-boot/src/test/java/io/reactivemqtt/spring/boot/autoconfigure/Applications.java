package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.testkit.server.RunningServer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Applications that tests start. */
public final class Applications {

    private Applications() {}

    /** Returns one with JSON and SSL bundles. */
    public static ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SslAutoConfiguration.class, JacksonAutoConfiguration.class, MqttAutoConfiguration.class));
    }

    /** Returns one with a Server. */
    public static ApplicationContextRunner with(RunningServer server) {
        return application().withPropertyValues("reactive-mqtt.servers=" + server.uri());
    }

    /** Returns one that does not connect. */
    public static ApplicationContextRunner offline() {
        return application().withPropertyValues("reactive-mqtt.startup=manual");
    }
}
