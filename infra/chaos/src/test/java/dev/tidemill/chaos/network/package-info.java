/** Tests of the proxy. */
@NullMarked
package dev.tidemill.chaos.network;

import org.jspecify.annotations.NullMarked;
