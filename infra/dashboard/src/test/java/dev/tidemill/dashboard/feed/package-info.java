@NullMarked
package dev.tidemill.dashboard.feed;

import org.jspecify.annotations.NullMarked;
