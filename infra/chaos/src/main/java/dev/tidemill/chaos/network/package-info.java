/** A TCP proxy between workers and brokers that cuts, slows, delays and holds back. */
@NullMarked
package dev.tidemill.chaos.network;

import org.jspecify.annotations.NullMarked;
