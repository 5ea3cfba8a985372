package io.reactivemqtt.reliability;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.store.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;

/**
 * The process that is killed: a client for each of its cells, all over one store. It says on its standard output how far it is,
 * and ends when it is told to on its standard input, or when that ends because its parent is gone.
 */
final class Child {

    /** It works, and has not touched its store yet. */
    static final String STARTED = "started";

    /** Said before what should not happen. */
    static final String COMPLAINT = "complaint ";

    /** What its parent says to make it finish what it has begun, and end. */
    static final String END = "end";

    private static final int FAILURE = 1;

    private final SessionStore store;
    private final List<ChildClient> clients = new ArrayList<>();

    private Child(ChildOrder order) throws IOException, ReflectiveOperationException {
        ChildSetup setup = order.newSetup();
        this.store = setup.store(order.directory());
        for (Cell cell : order.cells()) {
            clients.add(
                    switch (cell.direction()) {
                        case SENDER -> new SendingClient(order, cell, setup, store);
                        case RECEIVER -> new SingleReceiver(order, cell, setup, store);
                        case BATCH_RECEIVER -> new BatchReceiver(order, cell, setup, store);
                    });
        }
    }

    public static void main(String[] arguments) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread ear = new Thread(() -> listen(end), "parent");
        ear.setDaemon(true);
        ear.start();
        try {
            Child child = new Child(ChildOrder.of(arguments));
            say(STARTED);
            child.begin();
            end.join();
            child.finish();
            System.exit(0);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            fail(e);
        }
    }

    private static void listen(CompletableFuture<Boolean> end) {
        try (BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = parent.readLine(); line != null; line = parent.readLine()) {
                if (line.equals(END)) {
                    end.complete(true);
                }
            }
        } catch (IOException e) {
            fail(e);
        }
        if (!end.isDone()) {
            Runtime.getRuntime().halt(FAILURE); // the parent is gone
        }
    }

    private void begin() {
        Flux.fromIterable(clients).flatMap(ChildClient::begin).blockLast();
    }

    private void finish() {
        Flux.fromIterable(clients).flatMap(ChildClient::finish).blockLast();
        if (store instanceof AutoCloseable closeable) {
            closeQuietly(closeable);
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) { // declared by the interface
            throw new IllegalStateException(e);
        }
    }

    /** Returns what it says when the client of {@code cell} works. */
    static String works(Cell cell) {
        return "works " + cell.name();
    }

    /** Says what should not happen to a client whose store and whose Server lose nothing. */
    static void tell(Cell cell, ClientEvent event) {
        System.err.println(cell.name() + " " + event);
        if (event instanceof ClientEvent.SessionLost
                || event instanceof ClientEvent.SessionDiscarded
                || event instanceof ClientEvent.StoredEntryUnreadable
                || event instanceof ClientEvent.StoreFailed
                || (event instanceof ClientEvent.Disconnected disconnected && disconnected.cause() != null)) {
            say(COMPLAINT + cell.name() + " " + event);
        }
    }

    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    static void fail(Throwable failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(FAILURE);
    }
}
