package io.reactivemqtt.testkit.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link MqttServer} does. */
final class MqttServerExtension implements ClassTemplateInvocationContextProvider {

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public boolean mayReturnZeroClassTemplateInvocationContexts(ExtensionContext context) {
        return true; // mosquitto alone was asked for, and is not there
    }

    @Override
    public Stream<Run> provideClassTemplateInvocationContexts(ExtensionContext context) {
        MqttServer wanted = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), MqttServer.class)
                .orElseThrow();
        ServerSetup setup = new ServerSetup(wanted.userName(), wanted.password(), List.of(wanted.mosquittoOptions()));
        return Stream.of(wanted.value())
                .map(MqttServerExtension::localAsItIsHere)
                .filter(MqttServerExtension::isNotLeftOut)
                .map(kind -> new Run(kind, setup));
    }

    private static ServerKind localAsItIsHere(ServerKind kind) {
        if (kind != ServerKind.LOCAL) {
            return kind;
        }
        return MosquittoServer.program().isPresent() ? ServerKind.MOSQUITTO : ServerKind.ARTEMIS;
    }

    private static boolean isNotLeftOut(ServerKind kind) {
        if (kind != ServerKind.MOSQUITTO || MosquittoServer.program().isPresent()) {
            return true;
        }
        print("mosquitto is not on the path: not run");
        return false;
    }

    private static void print(String line) {
        System.out.println("[mqtt-server] " + line);
    }

    /** One Server's turn with the test class. */
    record Run(ServerKind kind, ServerSetup setup) implements ClassTemplateInvocationContext {

        @Override
        public String getDisplayName(int invocationIndex) {
            return kind.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new SkipWithoutDocker(kind), new ServerParameter(kind, setup));
        }
    }

    /** Says of a container's run why there was none. */
    private record SkipWithoutDocker(ServerKind kind) implements BeforeClassTemplateInvocationCallback {

        @Override
        public void beforeClassTemplateInvocation(ExtensionContext context) {
            if (kind == ServerKind.CONTAINER && !ContainerServer.dockerAnswers()) {
                print("container: Docker does not answer: skipped");
                Assumptions.abort("Docker does not answer");
            }
        }
    }

    /** Starts the Server when it is first asked for; JUnit closes it with the store that it lies in. */
    private record ServerParameter(ServerKind kind, ServerSetup setup) implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningServer.class;
        }

        @Override
        public RunningServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return owner(context)
                    .getStore(Namespace.create(MqttServerExtension.class))
                    .getOrComputeIfAbsent(this, ServerParameter::start, RunningServer.class);
        }

        /** What takes seconds to start serves all classes, the rest one class. */
        private ExtensionContext owner(ExtensionContext context) {
            if (kind == ServerKind.HIVEMQ || kind == ServerKind.CONTAINER) {
                return context.getRoot();
            }
            ExtensionContext owner = context;
            while (owner.getTestMethod().isPresent() || isNested(owner)) {
                owner = owner.getParent().orElseThrow();
            }
            return owner;
        }

        private static boolean isNested(ExtensionContext context) {
            return context.getTestClass()
                    .filter(type -> !AnnotationSupport.isAnnotated(type, MqttServer.class))
                    .isPresent();
        }

        private RunningServer start() {
            RunningServer server;
            try {
                server = server();
            } catch (NoClassDefFoundError missing) {
                throw new IllegalStateException(Dependencies.missingFor(kind), missing);
            }
            print(server.name() + " on " + server.uri().getAuthority());
            return server;
        }

        private RunningServer server() {
            return switch (kind) {
                case MOSQUITTO -> MosquittoServer.start(mosquitto(), setup);
                case ARTEMIS -> new ArtemisServer(setup);
                case HIVEMQ -> new HiveMqServer(setup);
                case CONTAINER -> new ContainerServer(setup);
                case LOCAL -> throw new AssertionError("decided before");
            };
        }

        private static Path mosquitto() {
            Optional<Path> program = MosquittoServer.program();
            return program.orElseThrow();
        }
    }
}
