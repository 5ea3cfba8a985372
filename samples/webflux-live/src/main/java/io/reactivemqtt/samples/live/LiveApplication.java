package io.reactivemqtt.samples.live;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** {@code mvn spring-boot:run}, and a browser at {@code http://localhost:8080}. */
@SpringBootApplication(proxyBeanMethods = false)
public class LiveApplication {

    /** Starts it; {@code --live.server=mqtt://host} takes another Server than the one in this process. */
    public static void main(String[] arguments) {
        SpringApplication.run(LiveApplication.class, arguments);
    }
}
