/** Three Kafka nodes in processes of their own, and their topics. */
@NullMarked
package dev.tidemill.chaos.cluster;

import org.jspecify.annotations.NullMarked;
