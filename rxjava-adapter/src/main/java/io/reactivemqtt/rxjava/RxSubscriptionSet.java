package io.reactivemqtt.rxjava;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.SubscriptionSet;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import java.util.List;

/** Subscriptions that come and go while their subscriber stays: what {@link SubscriptionSet} is, method for method. */
public final class RxSubscriptionSet {

    private final SubscriptionSet set;

    RxSubscriptionSet(SubscriptionSet set) {
        this.set = set;
    }

    /** Subscribes to the filters that the set has now, and tells what arrives: see {@link SubscriptionSet#messages}. */
    public Flowable<ReceivedMessage> messages() {
        return Flowable.fromPublisher(set.messages());
    }

    /** Adds a filter, once for each subscriber, at the QoS of the options: see {@link SubscriptionSet#add(String)}. */
    public Single<ReasonCode> add(String filter) {
        return Single.fromPublisher(set.add(filter));
    }

    /** Adds a filter at a QoS of its own: see {@link SubscriptionSet#add(String, Qos)}. */
    public Single<ReasonCode> add(String filter, Qos qos) {
        return Single.fromPublisher(set.add(filter, qos));
    }

    /** Removes a filter, once for each subscriber: see {@link SubscriptionSet#remove}. */
    public Single<ReasonCode> remove(String filter) {
        return Single.fromPublisher(set.remove(filter));
    }

    /** Returns what the set has, or is about to have. */
    public List<TopicFilter> topicFilters() {
        return set.topicFilters();
    }
}
