package io.reactivemqtt.testkit.store;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.testkit.store.ModelPublisher.Fault;
import io.reactivemqtt.testkit.store.ModelStore.Operation;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stores that each misbehave towards an owner or a subscriber, or mix clients: see {@link BrokenStoresTest}. */
final class MisbehavingStores {

    private MisbehavingStores() {}

    // ---- faults of ownership

    static final class LetsEveryOwnerAppend extends BrokenStoreContract {
        LetsEveryOwnerAppend() {
            super(disk -> new ModelStore(disk) {
                @Override
                boolean mayAppend(@Nullable Object owner, Object log) {
                    return true;
                }
            });
        }
    }

    static final class RefusesButWrites extends BrokenStoreContract {
        RefusesButWrites() {
            super(disk -> new ModelStore(disk) {
                @Override
                void writeRefused(String key, List<SessionChange> changes) {
                    write(key, changes);
                }
            });
        }
    }

    static final class LetsAnyoneAppendAfterClose extends BrokenStoreContract {
        LetsAnyoneAppendAfterClose() {
            super(disk -> new ModelStore(disk) {
                @Override
                boolean mayAppend(@Nullable Object owner, Object log) {
                    return "nobody".equals(owner) || super.mayAppend(owner, log);
                }
            });
        }
    }

    static final class EndsTheLaterOwnerWhenAnEarlierCloses extends BrokenStoreContract {
        EndsTheLaterOwnerWhenAnEarlierCloses() {
            super(disk -> new ModelStore(disk) {
                @Override
                void close(String key, Object log) {
                    own(key, "nobody");
                }
            });
        }
    }

    static final class KnowsOwnersOfItsOwnProcessOnly extends BrokenStoreContract {
        KnowsOwnersOfItsOwnProcessOnly() {
            super(ForgetfulStore::new);
        }

        private static final class ForgetfulStore extends ModelStore {
            private final Map<String, @Nullable Object> owners = new HashMap<>();

            ForgetfulStore(Disk disk) {
                super(disk);
            }

            @Override
            @Nullable
            Object owner(String key) {
                return owners.get(key);
            }

            @Override
            void own(String key, @Nullable Object owner) {
                owners.put(key, owner);
            }
        }
    }

    // ---- faults of those who look after a store

    static final class TakesOverWhenItPeeks extends BrokenStoreContract {
        TakesOverWhenItPeeks() {
            super(disk -> new ModelStore(disk) {
                @Override
                void peeking(String key) {
                    own(key, "the looker");
                }
            });
        }
    }

    static final class MakesASessionWhenItPeeks extends BrokenStoreContract {
        MakesASessionWhenItPeeks() {
            super(disk -> new ModelStore(disk) {
                @Override
                void peeking(String key) {
                    if (read(key).isEmpty()) {
                        write(key, List.of(new SequencesReserved(1)));
                    }
                }
            });
        }
    }

    static final class PeeksWithoutDemand extends Misbehaves {
        PeeksWithoutDemand() {
            super(Operation.PEEK, Fault.IGNORES_DEMAND);
        }
    }

    static final class PeeksOnceForAllSubscribers extends Misbehaves {
        PeeksOnceForAllSubscribers() {
            super(Operation.PEEK, Fault.WORKS_ONCE);
        }
    }

    static final class ListsAllNamespaces extends BrokenStoreContract {
        ListsAllNamespaces() {
            super(disk -> new ModelStore(disk) {
                @Override
                boolean isListed(String key, String namespace) {
                    return true;
                }
            });
        }
    }

    static final class ListsSessionsOfWhichNothingIsLeft extends BrokenStoreContract {
        ListsSessionsOfWhichNothingIsLeft() {
            super(disk -> new ModelStore(disk) {
                @Override
                boolean isListed(String key, String namespace) {
                    return key.startsWith(namespace + '\0');
                }
            });
        }
    }

    static final class DeletesAndLetsTheOwnerAppend extends BrokenStoreContract {
        DeletesAndLetsTheOwnerAppend() {
            super(disk -> new ModelStore(disk) {
                @Override
                void delete(String key) {
                    disk.clear(key);
                }
            });
        }
    }

    static final class DeletesAllButTheReservedSequences extends BrokenStoreContract {
        DeletesAllButTheReservedSequences() {
            super(disk -> new ModelStore(disk) {
                @Override
                void delete(String key) {
                    own(key, null);
                    write(key, List.of(new SessionDiscarded()));
                }
            });
        }
    }

    static final class DeletesBeforeItIsSubscribed extends Misbehaves {
        DeletesBeforeItIsSubscribed() {
            super(Operation.DELETE, Fault.WORKS_UNASKED);
        }
    }

    // ---- faults of names

    private abstract static class Renames extends BrokenStoreContract {
        Renames(Function<String, String> name) {
            super(disk -> new ModelStore(disk) {
                @Override
                String name(String clientIdentifier) {
                    return name.apply(clientIdentifier);
                }
            });
        }
    }

    static final class KnowsNoNamespaces extends BrokenStoreContract {
        KnowsNoNamespaces() {
            super(disk -> new ModelStore(disk) {
                @Override
                String key(SessionKey key) {
                    return '\0' + name(key.clientIdentifier());
                }
            });
        }
    }

    static final class RunsNamespaceAndClientTogether extends BrokenStoreContract {
        RunsNamespaceAndClientTogether() {
            super(disk -> new ModelStore(disk) {
                @Override
                String key(SessionKey key) {
                    return '\0' + key.namespace() + name(key.clientIdentifier());
                }
            });
        }
    }

    static final class HasOneClientOnly extends Renames {
        HasOneClientOnly() {
            super(client -> "the client");
        }
    }

    static final class IgnoresCaseOfClients extends Renames {
        IgnoresCaseOfClients() {
            super(client -> client.toLowerCase(Locale.ROOT));
        }
    }

    static final class StripsClients extends Renames {
        StripsClients() {
            super(String::strip);
        }
    }

    static final class ComposesClients extends Renames {
        ComposesClients() {
            super(client -> Normalizer.normalize(client, Normalizer.Form.NFC));
        }
    }

    static final class CutsLongClients extends Renames {
        CutsLongClients() {
            super(client -> client.length() <= 1_000 ? client : client.substring(0, 1_000));
        }
    }

    // ---- faults of publishers

    private abstract static class Misbehaves extends BrokenStoreContract {
        Misbehaves(Operation when, Fault how) {
            super(disk -> new ModelStore(disk) {
                @Override
                Set<Fault> faults(Operation operation) {
                    return operation == when ? Set.of(how) : Set.of();
                }
            });
        }
    }

    static final class AppendsBeforeItIsSubscribed extends Misbehaves {
        AppendsBeforeItIsSubscribed() {
            super(Operation.APPEND, Fault.WORKS_UNASKED);
        }
    }

    static final class TakesOverBeforeItIsSubscribed extends Misbehaves {
        TakesOverBeforeItIsSubscribed() {
            super(Operation.OPEN, Fault.WORKS_UNASKED);
        }
    }

    static final class ClosesBeforeItIsSubscribed extends Misbehaves {
        ClosesBeforeItIsSubscribed() {
            super(Operation.CLOSE, Fault.WORKS_UNASKED);
        }
    }

    static final class AppendsOnceForAllSubscribers extends Misbehaves {
        AppendsOnceForAllSubscribers() {
            super(Operation.APPEND, Fault.WORKS_ONCE);
        }
    }

    static final class OpensOnceForAllSubscribers extends Misbehaves {
        OpensOnceForAllSubscribers() {
            super(Operation.OPEN, Fault.WORKS_ONCE);
        }
    }

    static final class SwallowsFailedAppends extends Misbehaves {
        SwallowsFailedAppends() {
            super(Operation.APPEND, Fault.SWALLOWS_ERRORS);
        }
    }

    static final class CompletesAnAppendOnDemandOnly extends Misbehaves {
        CompletesAnAppendOnDemandOnly() {
            super(Operation.APPEND, Fault.NEVER_COMPLETES_UNASKED);
        }
    }

    static final class CompletesAnAppendTwice extends Misbehaves {
        CompletesAnAppendTwice() {
            super(Operation.APPEND, Fault.COMPLETES_TWICE);
        }
    }

    static final class BlocksItsSubscriberUntilItRequests extends Misbehaves {
        BlocksItsSubscriberUntilItRequests() {
            super(Operation.RECOVER, Fault.BLOCKS_UNTIL_ASKED);
        }
    }

    static final class RecoversWithoutDemand extends Misbehaves {
        RecoversWithoutDemand() {
            super(Operation.RECOVER, Fault.IGNORES_DEMAND);
        }
    }

    static final class RecoversByRecursion extends Misbehaves {
        RecoversByRecursion() {
            super(Operation.RECOVER, Fault.CALLS_ITSELF);
        }
    }

    static final class RecoversAlthoughCancelled extends Misbehaves {
        RecoversAlthoughCancelled() {
            super(Operation.RECOVER, Fault.IGNORES_CANCELLATION);
        }
    }

    static final class AllowsRequestOfNothing extends Misbehaves {
        AllowsRequestOfNothing() {
            super(Operation.RECOVER, Fault.ALLOWS_REQUEST_OF_NOTHING);
        }
    }
}
