namespace TransferLearning.Tests.BackboneCatalog;

public sealed class AskedTests
{
    [Fact]
    public void A_value_is_computed_once_and_only_on_first_use()
    {
        int calls = 0;
        var asked = Deferred<int>.Later(() => 40 + ++calls);
        Assert.Equal(0, calls);

        Assert.Equal((41, 41, 1), (asked.Value, asked.Value, calls));
    }

    [Fact]
    public void A_known_value_is_equal_to_the_same_one()
    {
        Deferred<int?> one = 1, same = 1, other = 2;

        Assert.Equal(1, one.Value);
        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.Null(default(Deferred<int?>).Value);
    }
}
