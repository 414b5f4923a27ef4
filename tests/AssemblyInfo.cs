using Xunit.Sdk;

// Tests share devices, whose pools are counted after every test, so they run one after the other. Those that wait for other programs run beside them; those that count what a thread or the process allocates run alone.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
