package io.reactivemqtt.session;

import io.reactivemqtt.TopicSubscription;

/** What the Server has granted, and the Subscription Identifier that was asked for with it; 0: none. */
record GrantedSubscription(TopicSubscription subscription, int subscriptionIdentifier) {}
