package io.reactivemqtt.testkit.store;

import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;

/** The contract for a store that will not keep it: impatient, and without the volumes. */
@Timeout(5)
abstract class BrokenStoreContract extends ModelStoreContract {
    BrokenStoreContract(Function<Disk, ModelStore> maker) {
        super(maker);
    }

    @Override
    public boolean largeVolumes() {
        return false;
    }

    @Override
    public Duration patience() {
        return Duration.ofMillis(500); // some faults are that nothing comes
    }
}
