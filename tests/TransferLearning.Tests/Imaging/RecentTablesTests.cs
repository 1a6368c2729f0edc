namespace TransferLearning.Tests.Imaging;

public sealed class RecentTablesTests
{
    private const int Kept = 4;

    private readonly RecentTables<string> _tables = new(Kept);

    [Fact]
    public void A_table_is_computed_once_for_equal_axes()
    {
        var tables = new RecentTables<ResampleTable>(Kept);
        var axis = new ResampleAxis(500, 0, 500, 256, 16, 224, ImageInterpolation.Bilinear);
        var table = tables.Get(axis);
        Assert.Same(table, tables.Get(axis));
        Assert.NotSame(table, tables.Get(axis with { First = 17 }));
    }

    [Fact]
    public void No_table_is_evicted_while_there_is_space()
    {
        string[] first = [.. Enumerable.Range(0, Kept).Select(Get)];
        for (int i = 0; i < Kept; i++)
            Assert.Same(first[i], Get(i));
    }

    [Fact]
    public void The_oldest_is_evicted_first()
    {
        string[] first = [.. Enumerable.Range(0, Kept + 1).Select(Get)];
        for (int i = 1; i <= Kept; i++)
            Assert.Same(first[i], Get(i));
        Assert.NotSame(first[0], Get(0));
    }

    [Fact]
    public async Task Many_threads_get_the_right_tables()
    {
        int[] wrong = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            return Enumerable.Range(0, 20_000).Select(_ => random.Next(2 * Kept)).Count(number => Get(number) != Source.TextOf(number));
        })));
        Assert.All(wrong, count => Assert.Equal(0, count));
    }

    private string Get(int number) => _tables.Get(new Source(number));

    /// <summary>All have the same hash, as sources may.</summary>
    private readonly struct Source(int number) : ITableSource<string>
    {
        public int Hash => 1;

        public static string TextOf(int number) => FormattableString.Invariant($"table {number}");

        public bool IsOf(string table) => table == TextOf(number);

        public string Compute() => TextOf(number);
    }
}
