package io.reactivemqtt.testkit.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stores that each lose, change or disorder something, which the contract has to find: see {@link BrokenStoresTest}. */
final class BrokenStores {

    private BrokenStores() {}

    // ---- faults of what is kept

    /** Keeps only some of the changes. */
    private abstract static class Forgets extends BrokenStoreContract {
        Forgets(Predicate<SessionChange> forgotten) {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    return changes.stream().filter(forgotten.negate()).toList();
                }
            });
        }
    }

    static final class ForgetsIncoming extends Forgets {
        ForgetsIncoming() {
            super(IncomingProcessed.class::isInstance);
        }
    }

    static final class ForgetsUnassigned extends Forgets {
        ForgetsUnassigned() {
            super(OutgoingUnassigned.class::isInstance);
        }
    }

    static final class ForgetsCompleted extends Forgets {
        ForgetsCompleted() {
            super(OutgoingCompleted.class::isInstance);
        }
    }

    static final class ForgetsReceipts extends Forgets {
        ForgetsReceipts() {
            super(ReceiptKept.class::isInstance);
        }
    }

    static final class ForgetsAcknowledgedReceipts extends Forgets {
        ForgetsAcknowledgedReceipts() {
            super(ReceiptAcknowledged.class::isInstance);
        }
    }

    static final class ForgetsReleased extends Forgets {
        ForgetsReleased() {
            super(OutgoingReleased.class::isInstance);
        }
    }

    static final class ForgetsRemovedSubscriptions extends Forgets {
        ForgetsRemovedSubscriptions() {
            super(SubscriptionRemoved.class::isInstance);
        }
    }

    static final class ForgetsDiscarded extends Forgets {
        ForgetsDiscarded() {
            super(SessionDiscarded.class::isInstance);
        }
    }

    static final class LosesTheTailOfAnAppend extends BrokenStoreContract {
        LosesTheTailOfAnAppend() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    return changes.subList(0, Math.max(1, changes.size() - 1));
                }
            });
        }
    }

    static final class ReversesAnAppend extends BrokenStoreContract {
        ReversesAnAppend() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    List<SessionChange> reversed = new ArrayList<>(changes);
                    Collections.reverse(reversed);
                    return reversed;
                }
            });
        }
    }

    static final class LosesUserProperties extends BrokenStoreContract {
        LosesUserProperties() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    return changes.stream()
                            .map(change -> change instanceof OutgoingAccepted accepted ? without(accepted) : change)
                            .toList();
                }
            });
        }

        private static OutgoingAccepted without(OutgoingAccepted accepted) {
            ApplicationMessage message = accepted.message();
            ApplicationMessage.Builder less = ApplicationMessage.to(message.topicName())
                    .payload(message.payload())
                    .qos(message.qos())
                    .retain(message.retain())
                    .userProperties(UserProperties.EMPTY);
            return new OutgoingAccepted(accepted.sequence(), less.build(), accepted.acceptedAtMillis());
        }
    }

    static final class KeepsSequencesAsInt extends BrokenStoreContract {
        KeepsSequencesAsInt() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    return changes.stream()
                            .map(change -> change instanceof OutgoingAccepted accepted
                                    ? new OutgoingAccepted(
                                            (int) accepted.sequence(), accepted.message(), accepted.acceptedAtMillis())
                                    : change)
                            .toList();
                }
            });
        }
    }

    // ---- faults of what is recovered

    static final class RecoversReleasedBySequence extends BrokenStoreContract {
        RecoversReleasedBySequence() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    List<SessionChange> sorted = new ArrayList<>(changes);
                    sorted.sort(Comparator.comparingLong(
                            change -> change instanceof OutgoingReleased release ? release.sequence() : 0));
                    return sorted;
                }
            });
        }
    }

    static final class RecoversIncomingByIdentifier extends BrokenStoreContract {
        RecoversIncomingByIdentifier() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> recovered(List<SessionChange> kept) {
                    List<SessionChange> sorted = new ArrayList<>(super.recovered(kept));
                    List<SessionChange> incoming = sorted.stream()
                            .filter(IncomingProcessed.class::isInstance)
                            .sorted(Comparator.comparingInt(change -> ((IncomingProcessed) change).packetIdentifier()))
                            .toList();
                    int first = incoming.isEmpty() ? 0 : sorted.indexOf(findFirst(sorted));
                    for (int i = 0; i < incoming.size(); i++) {
                        sorted.set(first + i, incoming.get(i));
                    }
                    return sorted;
                }
            });
        }

        private static @Nullable SessionChange findFirst(List<SessionChange> changes) {
            return changes.stream()
                    .filter(IncomingProcessed.class::isInstance)
                    .findFirst()
                    .orElse(null);
        }
    }

    static final class RecoversReservedSequencesLast extends BrokenStoreContract {
        RecoversReservedSequencesLast() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> recovered(List<SessionChange> kept) {
                    List<SessionChange> rotated = new ArrayList<>(super.recovered(kept));
                    if (!rotated.isEmpty() && rotated.get(0) instanceof SequencesReserved reserved) {
                        rotated.remove(0);
                        rotated.add(reserved);
                    }
                    return rotated;
                }
            });
        }
    }

    static final class MovesReplacedSubscriptionsToTheEnd extends BrokenStoreContract {
        MovesReplacedSubscriptionsToTheEnd() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> stored(List<SessionChange> changes) {
                    List<SessionChange> moved = new ArrayList<>();
                    for (SessionChange change : changes) {
                        if (change instanceof SubscriptionAdded added) {
                            moved.add(
                                    new SubscriptionRemoved(added.subscription().topicFilter()));
                        }
                        moved.add(change);
                    }
                    return moved;
                }
            });
        }
    }

    static final class DiscardsReservedSequences extends BrokenStoreContract {
        DiscardsReservedSequences() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> recovered(List<SessionChange> kept) {
                    int discarded = kept.lastIndexOf(new SessionDiscarded());
                    return super.recovered(kept.subList(discarded + 1, kept.size()));
                }
            });
        }
    }

    static final class ForgetsWhatWasRecovered extends BrokenStoreContract {
        ForgetsWhatWasRecovered() {
            super(disk -> new ModelStore(disk) {
                @Override
                List<SessionChange> read(String key) {
                    List<SessionChange> kept = super.read(key);
                    disk.clear(key);
                    return kept;
                }
            });
        }
    }

    // ---- faults of durability

    static final class CompletesBeforeItIsDurable extends BrokenStoreContract {
        CompletesBeforeItIsDurable() {
            super(CachingStore::new);
        }

        private static final class CachingStore extends ModelStore {
            private final Map<String, List<SessionChange>> cache = new HashMap<>();

            CachingStore(Disk disk) {
                super(disk);
            }

            @Override
            void write(String key, List<SessionChange> changes) {
                cache.computeIfAbsent(key, name -> new ArrayList<>()).addAll(changes);
            }

            @Override
            List<SessionChange> read(String key) {
                List<SessionChange> all = new ArrayList<>(super.read(key));
                all.addAll(cache.getOrDefault(key, List.of()));
                return all;
            }

            @Override
            void shutDown() {
                cache.forEach(disk::write);
            }
        }
    }

    static final class TearsTheLastAppendInACrash extends BrokenStoreContract {
        TearsTheLastAppendInACrash() {
            super(disk -> new ModelStore(disk) {
                @Override
                Disk diskAfterCrash() {
                    return disk.torn();
                }
            });
        }
    }

    static final class LosesAllInARestart extends BrokenStoreContract {
        LosesAllInARestart() {
            super(disk -> new ModelStore(new Disk()));
        }
    }

    static final class KeepsHalfOfAFailedAppend extends BrokenStoreContract {
        KeepsHalfOfAFailedAppend() {
            super(disk -> new ModelStore(disk) {
                @Override
                void writeFailed(String key, List<SessionChange> changes) {
                    disk.write(key, changes.subList(0, changes.size() / 2));
                }
            });
        }
    }

    static final class StaysBrokenAfterAFailure extends BrokenStoreContract {
        StaysBrokenAfterAFailure() {
            super(disk -> new ModelStore(disk) {
                @Override
                void writeFailed(String key, List<SessionChange> changes) {
                    failNextAppend();
                }
            });
        }
    }
}
