package io.reactivemqtt.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionState;
import io.reactivemqtt.store.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Assumptions;
import org.reactivestreams.Publisher;

/** What a test of {@link SessionStoreContract} works at: its store, and what it subscribed to. JUnit hands it in. */
public final class StoreBench {

    /** The one client of a test that needs no other. */
    static final String CLIENT = "client";

    static final SessionKey KEY = SessionKey.of(CLIENT);

    private final StoreUnderTest subject;
    private final List<Signals<?>> subscribed = new ArrayList<>();
    private final List<SessionStore> others = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SessionStore store;

    StoreBench(StoreUnderTest subject) {
        this.subject = subject;
        this.store = subject.newStore();
    }

    SessionStore store() {
        return store;
    }

    StoreUnderTest subject() {
        return subject;
    }

    /** Returns a second store over the same place; without one the test is aborted. */
    SessionStore another() {
        SessionStore another = subject.another(store);
        if (another == null) {
            return Assumptions.abort("StoreUnderTest.another is not implemented");
        }
        others.add(another);
        return another;
    }

    /** Makes the next append fail; where that cannot be done the test is aborted. */
    void failNextAppend() {
        Assumptions.assumeTrue(subject.failNextAppend(store), "StoreUnderTest.failNextAppend is not implemented");
    }

    void reopen() {
        store = subject.reopen(store);
    }

    void crash() {
        store = subject.crash(store);
    }

    // ---- subscribing

    <T> Signals<T> subscribe(String name, Publisher<T> publisher) {
        return subscribe(name, publisher, Long.MAX_VALUE);
    }

    <T> Signals<T> subscribe(String name, Publisher<T> publisher, long demand) {
        if (demand == 0) {
            return assertSubscribeReturns(name, publisher);
        }
        return subscribe(publisher, signals(name, (signals, element) -> {}), demand);
    }

    <T> Signals<T> subscribe(Publisher<T> publisher, Signals<T> signals, long demand) {
        if (demand > 0) {
            signals.request(demand);
        }
        publisher.subscribe(signals);
        return signals;
    }

    <T> Signals<T> signals(String name, BiConsumer<Signals<T>, T> reaction) {
        Signals<T> signals = new Signals<>(name, subject.patience(), reaction);
        synchronized (subscribed) {
            subscribed.add(signals);
        }
        return signals;
    }

    // ---- clients

    SessionLog open(String clientIdentifier) {
        return open(store, SessionKey.of(clientIdentifier));
    }

    SessionLog open(SessionStore from, SessionKey key) {
        List<SessionLog> logs = subscribe("open", from.open(key)).awaitCompletion();
        assertEquals(1, logs.size(), "open emits one log");
        return logs.get(0);
    }

    /** Opens and recovers the Session State of {@link #CLIENT}. */
    SessionOwner take() {
        return take(CLIENT);
    }

    SessionOwner take(String clientIdentifier) {
        return take(SessionKey.of(clientIdentifier));
    }

    SessionOwner take(SessionKey key) {
        return take(store, key);
    }

    SessionOwner take(SessionStore from, String clientIdentifier) {
        return take(from, SessionKey.of(clientIdentifier));
    }

    private SessionOwner take(SessionStore from, SessionKey key) {
        SessionLog log = open(from, key);
        return new SessionOwner(this, log, subscribe("recover", log.recover()).awaitCompletion());
    }

    // ---- what is kept

    /**
     * Appends {@code changes} in one append for one client and one by one for another, and asserts that a later owner in this
     * process, one after a restart and one after a crash recover what {@link SessionState} makes of them.
     */
    void assertKept(SessionChange... changes) {
        assertKept(List.of(changes));
    }

    void assertKept(List<SessionChange> changes) {
        SessionOwner atOnce = take("at once").append(changes).close();
        assertEquals(List.of(), atOnce.recovered(), "what a new Session recovers");
        SessionOwner oneByOne = take("one by one");
        changes.forEach(oneByOne::append);
        oneByOne.close();

        List<SessionChange> expected = Changes.leftOf(changes);
        assertRecovered(expected);
        reopen();
        assertRecovered(expected);
        crash();
        assertRecovered(expected);
    }

    private void assertRecovered(List<SessionChange> expected) {
        assertRecovered("at once", expected);
        assertRecovered("one by one", expected);
    }

    /** As {@link #assertKept}, with what has to be left spelt out. */
    void assertLeft(List<SessionChange> expected, SessionChange... changes) {
        Changes.assertSame("what SessionState leaves", expected, Changes.leftOf(List.of(changes)));
        assertKept(changes);
    }

    /** Asserts what a new owner recovers; it takes the Session State over. */
    SessionOwner assertRecovered(String clientIdentifier, List<SessionChange> expected) {
        return assertRecovered(SessionKey.of(clientIdentifier), expected);
    }

    SessionOwner assertRecovered(SessionKey key, List<SessionChange> expected) {
        SessionOwner owner = take(key);
        Changes.assertSame("what the client recovers", expected, owner.recovered());
        return owner;
    }

    // ---- what a store need not have

    /** Returns all that {@code publisher} emits; if its store does not have what makes it, the test is aborted. */
    <T> List<T> all(String name, Publisher<T> publisher) {
        Signals<T> signals = subscribe(name, publisher).awaitEnd();
        if (signals.error() instanceof UnsupportedOperationException) {
            return Assumptions.abort(name + " is not implemented");
        }
        return signals.awaitCompletion();
    }

    /** Asserts what looking at a Session shows, which takes nothing over. */
    void assertPeeked(String clientIdentifier, List<SessionChange> expected) {
        Changes.assertSame("what peek shows", expected, all("peek", store.peek(SessionKey.of(clientIdentifier))));
    }

    void delete(String clientIdentifier) {
        all("delete", store.delete(SessionKey.of(clientIdentifier)));
    }

    // ---- threads

    /** Does {@code work} on a thread of its own. */
    <T> Future<T> start(Callable<T> work) {
        return threads.submit(work);
    }

    /** Returns what {@code work} came to. */
    <T> T await(Future<T> work, String name) {
        try {
            return work.get(subject.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return fail(name + " did not come within " + subject.patience().toSeconds() + " s", e);
        } catch (ExecutionException e) {
            return fail(name + " failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted while waiting for " + name, e);
        }
    }

    /** Asserts that {@code publisher}'s {@code subscribe} returns although nobody requests anything. */
    <T> Signals<T> assertSubscribeReturns(String name, Publisher<T> publisher) {
        Signals<T> signals = signals(name, (none, element) -> {});
        return await(start(() -> subscribe(publisher, signals, 0)), "the return of subscribe of " + name);
    }

    void close() throws Exception {
        threads.shutdownNow();
        for (SessionStore other : others) {
            subject.dispose(other);
        }
        subject.dispose(store);
        synchronized (subscribed) {
            subscribed.forEach(Signals::requireRulesKept);
        }
    }
}
