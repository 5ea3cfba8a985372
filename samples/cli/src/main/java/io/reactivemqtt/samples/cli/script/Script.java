package io.reactivemqtt.samples.cli.script;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of a script: reads commands, one on each line, and starts them in their order. None waits for the one before.
 *
 * <p>What is wrong with a line is its answer, and the next line comes.
 */
final class Script {

    /** What a reader sees of a process that SIGKILL ended. */
    private static final int KILLED = 137;

    /** At the end of the input, what is unanswered may still be answered for this long. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    /** How long clients wait, after {@code exit}, for handlers and for messages on their way. */
    private static final Duration QUICK_DRAIN = Duration.ofSeconds(1);

    /** What {@code exit} gives the clients in all, and what any end gives the last answers. */
    private static final Duration QUICK_GOODBYE = Duration.ofSeconds(2);

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE) // a message may have 256 MiB
                            .maxNestingDepth(16)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private interface Operation {
        void start(Fields fields, Reply reply);
    }

    private interface OperationOf<T> {
        void start(T subject, Fields fields, Reply reply);
    }

    private final Lines lines;
    private final Stores stores = new Stores();
    private final Map<String, ScriptClient> clients = new ConcurrentHashMap<>();
    private final Map<String, ScriptSubscriber> streams = new ConcurrentHashMap<>();
    private final Set<Reply> unanswered = ConcurrentHashMap.newKeySet();
    private boolean exit;

    private final Map<String, Operation> operations = Map.ofEntries(
            Map.entry("new", this::create),
            Map.entry("connect", ofClient(ScriptClient::connect)),
            Map.entry("publish", ofClient(ScriptClient::publish)),
            Map.entry("subscribe", ofIncoming(Incoming::subscribe)),
            Map.entry("unsubscribe", ofIncoming(Incoming::unsubscribe)),
            Map.entry("stream", ofClient(this::stream)),
            Map.entry("consume", ofIncoming(Incoming::consume)),
            Map.entry("request", this::request),
            Map.entry("cancel", this::cancel),
            Map.entry("ack", ofIncoming(Incoming::acknowledge)),
            Map.entry("handBack", ofIncoming(Incoming::handBack)),
            Map.entry("withdraw", ofClient(ScriptClient::withdraw)),
            Map.entry("disconnect", ofClient(ScriptClient::disconnect)),
            Map.entry("reauth", ofClient(ScriptClient::reauthenticate)),
            Map.entry("state", ofClient(ScriptClient::state)),
            Map.entry("save", ofClient(ScriptClient::save)),
            Map.entry("restore", ofClient(ScriptClient::restore)),
            Map.entry("inspect", ofClient(ScriptClient::inspect)),
            Map.entry("respond", ofIncoming(Incoming::respond)),
            Map.entry("statistics", ofClient(ScriptClient::statistics)),
            Map.entry("states", ofClient(ScriptClient::states)),
            Map.entry("kill", (fields, reply) -> kill(fields)),
            Map.entry("exit", this::exit));

    private Script(Lines lines) {
        this.lines = lines;
    }

    /** Runs until {@code in} ends or the script says so, and closes what it has opened. */
    static void run(InputStream in, OutputStream out) throws IOException {
        try (Lines lines = new Lines(out)) {
            Script script = new Script(lines);
            try {
                script.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
                script.close();
            } finally {
                script.stores.close(); // its clients are disconnected
            }
        }
    }

    private void read(BufferedReader in) throws IOException {
        String line;
        while (!exit && (line = in.readLine()) != null) {
            start(line);
        }
    }

    private void start(String line) {
        JsonNode id = null;
        try {
            ObjectNode command = parse(line);
            id = idOf(command);
            Fields fields = new Fields(command);
            fields.known("id");
            String name = fields.text("op");
            Operation operation = operations.get(name);
            if (operation == null) {
                throw new IllegalArgumentException("there is no op \"" + name + "\"");
            }
            start(operation, fields, reply(id));
        } catch (IllegalArgumentException wrong) {
            reply(id).failed(wrong);
        }
    }

    private static void start(Operation operation, Fields fields, Reply reply) {
        try {
            operation.start(fields, reply);
        } catch (RuntimeException | LinkageError wrong) { // as of a native library that does not load
            reply.failed(wrong);
        }
    }

    private static ObjectNode parse(String line) {
        try {
            if (MAPPER.readTree(line) instanceof ObjectNode command) {
                return command;
            }
        } catch (JacksonException wrong) { // its message shows what it has read, which may be a password
            TokenStreamLocation location = wrong.getLocation();
            String where = location == null ? "" : ", as of column " + location.getColumnNr();
            throw new IllegalArgumentException(
                    wrong.getOriginalMessage().startsWith("Duplicate")
                            ? "the line has a field twice" + where
                            : "the line is not JSON" + where);
        }
        throw new IllegalArgumentException("the line is not a JSON object");
    }

    private static @Nullable JsonNode idOf(ObjectNode command) {
        JsonNode id = command.get("id");
        if (id == null || id.isNull()) {
            return null;
        }
        if (!id.isNumber() && !id.isString()) {
            throw new IllegalArgumentException("the field \"id\" is not a number or a string");
        }
        return id;
    }

    private Reply reply(@Nullable JsonNode id) {
        return new Reply(id, lines, unanswered);
    }

    // ---- clients

    private void create(Fields fields, Reply reply) {
        String name = fields.text("client");
        if (clients.containsKey(name)) {
            throw new IllegalArgumentException("there is a client \"" + name + "\" already");
        }
        clients.put(name, ScriptClient.create(name, fields, stores, lines));
        reply.ok();
    }

    private Operation ofClient(OperationOf<ScriptClient> operation) {
        return (fields, reply) -> operation.start(client(fields.text("client")), fields, reply);
    }

    private Operation ofIncoming(OperationOf<Incoming> operation) {
        return ofClient((client, fields, reply) -> operation.start(client.incoming(), fields, reply));
    }

    private ScriptClient client(String name) {
        ScriptClient client = clients.get(name);
        if (client == null) {
            throw new IllegalArgumentException("there is no client \"" + name + "\"");
        }
        return client;
    }

    // ---- streams, which have names of their own

    private void stream(ScriptClient client, Fields fields, Reply reply) {
        String name = fields.text("name");
        if (streams.containsKey(name)) {
            throw new IllegalArgumentException("there is a stream \"" + name + "\" already");
        }
        ScriptSubscriber stream = client.incoming().stream(name, fields, reply, ended -> streams.remove(name, ended));
        streams.put(name, stream);
        client.incoming().start(stream);
    }

    private void request(Fields fields, Reply reply) {
        if (fields.textOrNull("topic") != null) {
            ofClient(ScriptClient::request).start(fields, reply);
            return;
        }
        ScriptSubscriber stream = streams.get(fields.text("name"));
        if (stream == null) {
            throw new IllegalArgumentException("there is no stream \"" + fields.text("name") + "\"");
        }
        long n = fields.number("n", 1, Long.MAX_VALUE);
        fields.end();
        stream.request(n);
        reply.ok();
    }

    /** Cancels a stream, or with the name of its client a {@code consume} or {@code respond}. */
    private void cancel(Fields fields, Reply reply) {
        String name = fields.text("name");
        String owner = fields.textOrNull("client");
        fields.end();
        if (owner == null || !client(owner).incoming().cancelConsumer(name)) {
            ScriptSubscriber stream = streams.get(name);
            if (stream == null || (owner != null && !stream.client().equals(owner))) {
                throw new IllegalArgumentException(
                        "there is no stream \"" + name + "\"" + (owner == null ? "" : " and no consume"));
            }
            stream.cancel();
        }
        reply.ok();
    }

    // ---- the end

    private static void kill(Fields fields) {
        fields.end();
        Runtime.getRuntime().halt(KILLED);
    }

    private void exit(Fields fields, Reply reply) {
        fields.end();
        exit = true;
        reply.ok();
    }

    private void close() {
        if (exit) {
            disconnect(client -> client.disconnect(QUICK_DRAIN))
                    .timeout(QUICK_GOODBYE, Mono.empty())
                    .block();
        } else {
            awaitAnswers(LAST_ANSWERS);
            disconnect(ScriptClient::disconnect).block();
        }
        await(clients.values().stream().flatMap(client -> client.incoming().consumersEnds().stream()), QUICK_DRAIN);
        awaitAnswers(QUICK_GOODBYE);
        for (Reply reply : unanswered) {
            reply.failed(new IllegalStateException("the script ended before it was known"));
        }
    }

    private Mono<Void> disconnect(Function<ScriptClient, Mono<Void>> how) {
        return Flux.fromIterable(clients.values())
                .flatMap(how, Integer.MAX_VALUE)
                .then();
    }

    private void awaitAnswers(Duration atMost) {
        await(unanswered.stream().map(Reply::given), atMost);
    }

    private static void await(Stream<? extends CompletableFuture<?>> all, Duration atMost) {
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
