-- Signals: how often each source was right is counted from an index, not from the signals.

create index signal_scores on signal (source, state, verdict);
