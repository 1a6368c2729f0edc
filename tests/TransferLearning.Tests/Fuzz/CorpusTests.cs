using TransferLearning.Fuzz;

namespace TransferLearning.Tests.Fuzz;

/// <summary>Inputs that showed something new when they were found, or were a fault once.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_is_accepted_or_refused_as_documented(string name)
    {
        using var target = FuzzTarget.Create(name);
        Assert.NotEmpty(Corpus.Files(name));
        Assert.All(Corpus.Files(name), file =>
        {
            var outcome = Execution.Run(target, File.ReadAllBytes(file));
            Assert.False(outcome.IsFinding, $"{outcome.Signature}\n{outcome.Detail}");
        });
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_seeds_of_a_target_are_accepted(string name)
    {
        using var target = FuzzTarget.Create(name);
        Assert.All(target.Seeds(), seed => Assert.Equal(OutcomeKind.Accepted, Execution.Run(target, seed).Kind));
    }
}
