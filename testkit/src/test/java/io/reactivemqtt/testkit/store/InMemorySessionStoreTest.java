package io.reactivemqtt.testkit.store;

import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionStore;

/** The store in memory lives as long as its object; a crash is no more than a takeover to it. */
class InMemorySessionStoreTest implements SessionStoreContract {

    @Override
    public SessionStore newStore() {
        return new InMemorySessionStore();
    }

    @Override
    public SessionStore reopen(SessionStore store) {
        return store;
    }

    @Override
    public SessionStore another(SessionStore store) {
        return store;
    }
}
