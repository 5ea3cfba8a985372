package io.reactivemqtt.testkit.store;

import io.reactivemqtt.store.SessionStore;
import java.util.function.Function;

/** The contract with all its hooks, for a {@link ModelStore}, whole or broken. */
abstract class ModelStoreContract implements SessionStoreContract {

    private final Function<Disk, ModelStore> maker;

    ModelStoreContract(Function<Disk, ModelStore> maker) {
        this.maker = maker;
    }

    @Override
    public SessionStore newStore() {
        return maker.apply(new Disk());
    }

    @Override
    public SessionStore reopen(SessionStore store) {
        ModelStore model = (ModelStore) store;
        model.shutDown();
        return maker.apply(model.disk);
    }

    @Override
    public SessionStore crash(SessionStore store) {
        return maker.apply(((ModelStore) store).diskAfterCrash());
    }

    @Override
    public SessionStore another(SessionStore store) {
        return maker.apply(((ModelStore) store).disk);
    }

    @Override
    public boolean failNextAppend(SessionStore store) {
        ((ModelStore) store).failNextAppend();
        return true;
    }
}
