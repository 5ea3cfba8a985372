/**
 * The client as RxJava 3: {@link io.reactivex.rxjava3.core.Flowable}, {@link io.reactivex.rxjava3.core.Single}, {@link
 * io.reactivex.rxjava3.core.Maybe} and {@link io.reactivex.rxjava3.core.Completable}.
 *
 * <p>Start at {@link io.reactivemqtt.rxjava.RxMqttClient}. Options, messages and results are those of {@link
 * io.reactivemqtt.reactor}, whose client does all the work.
 */
@NullMarked
package io.reactivemqtt.rxjava;

import org.jspecify.annotations.NullMarked;
