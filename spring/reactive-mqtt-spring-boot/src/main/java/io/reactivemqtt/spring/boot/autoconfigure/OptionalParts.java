package io.reactivemqtt.spring.boot.autoconfigure;

import io.r2dbc.spi.ConnectionFactory;
import io.reactivemqtt.jackson.JsonCodec;
import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import tools.jackson.databind.json.JsonMapper;

/** What depends on what else the application has; imported in an order. */
final class OptionalParts {

    private OptionalParts() {}

    /** The event loops of the web server, where there is one. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ReactorResourceFactory.class)
    static class Loops {
        @Bean
        @ConditionalOnBean(ReactorResourceFactory.class)
        @ConditionalOnMissingBean
        ReactorRuntime mqttRuntime(ReactorResourceFactory resources) {
            return ReactorRuntime.builder()
                    .loopResources(resources.getLoopResources())
                    .build();
        }
    }

    /** Sessions in the application's database. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ConnectionFactory.class, R2dbcSessionStore.class})
    static class Database {
        private static final String DATABASE = "PostgreSQL";

        @Bean
        DatabaseStore mqttDatabaseStore(ObjectProvider<ConnectionFactory> connections, Environment environment) {
            return new DatabaseStore(() -> {
                R2dbcSessionStore.Builder builder = R2dbcSessionStore.builder(theOne(connections.getIfUnique()));
                String host = environment.getProperty("HOSTNAME"); // the name of a pod, in Kubernetes
                R2dbcSessionStore store = (host == null ? builder : builder.ownerName(host)).build();
                return new DatabaseStore.Made(store, store::leases);
            });
        }

        private static ConnectionFactory theOne(@Nullable ConnectionFactory connections) {
            if (connections == null) {
                throw new IllegalArgumentException(
                        "session.store is r2dbc, which needs one bean of type ConnectionFactory, or one that is @Primary:"
                                + " spring.r2dbc.url makes it. For another one, make a bean of type SessionStore by R2dbcSessionStore,"
                                + " and leave session.store out");
            }
            String name = connections.getMetadata().getName();
            if (!name.equals(DATABASE)) {
                throw new IllegalArgumentException(
                        "session.store is r2dbc, which knows " + DATABASE + ", but spring.r2dbc.url is for " + name);
            }
            return connections;
        }
    }

    /** Payloads as JSON, by the application's mapper. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JsonCodec.class, JsonMapper.class})
    static class Json {
        @Bean
        @ConditionalOnSingleCandidate(JsonMapper.class)
        @ConditionalOnMissingBean
        PayloadCodecs mqttPayloadCodecs(JsonMapper mapper) {
            return new Codecs(type -> JsonCodec.of(mapper, mapper.constructType(type)));
        }
    }

    /** Payloads as texts and bytes. */
    @Configuration(proxyBeanMethods = false)
    static class Plain {
        @Bean
        @ConditionalOnMissingBean
        PayloadCodecs mqttPayloadCodecs() {
            return new Codecs(null);
        }
    }
}
