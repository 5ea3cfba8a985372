package io.reactivemqtt.testkit.store;

/** The model that the broken stores are broken from keeps the whole contract: what fails there is the one fault of each. */
class ModelStoreTest extends ModelStoreContract {

    ModelStoreTest() {
        super(ModelStore::new);
    }

    @Override
    public boolean largeVolumes() {
        return false; // it makes a list of all it recovers, which the contract rightly finds too slow
    }
}
