/**
 * A live session that an experiment drives minute by minute on a store of its choice, and the judgement of what it traded.
 *
 * <p>{@link io.backtestkit.laboratory.session.LiveRun} is such a session, {@link io.backtestkit.laboratory.session.Judgement}
 * says whether its trades are those that the rules allow, {@link io.backtestkit.laboratory.session.WatchedStore} tells of every
 * call of it to the store.
 */
@NullMarked
package io.backtestkit.laboratory.session;

import org.jspecify.annotations.NullMarked;
