namespace TransferLearning.Tests.TestSupport;

/// <summary>Tests that measure the memory of the whole process run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresTheProcess
{
    public const string Name = "measures the process";
}
