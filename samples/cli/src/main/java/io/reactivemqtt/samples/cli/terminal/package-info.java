/** What the command line talks to: streams, signals, complaints and exit statuses. */
@NullMarked
package io.reactivemqtt.samples.cli.terminal;

import org.jspecify.annotations.NullMarked;
