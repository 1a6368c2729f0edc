namespace TransferLearning;

/// <summary>
/// Finds thumbnails of the same image without comparing all pairs: their projections place them in a grid of four dimensions whose cells
/// are as wide as the largest distance of similar thumbnails, so that only thumbnails in neighbouring cells are compared. No pair is
/// missed.
/// </summary>
internal static class SimilarSearch
{
    /// <summary>Projections go from −97,920 to 195,840, which is −43 to 85 cells.</summary>
    private const int CellOffset = 64;

    private const int Neighbours = 81;

    /// <summary>
    /// For each thumbnail the index of the first similar one; its own index if it is null or of one colour, or there is none before it.
    /// </summary>
    public static int[] FirstOfEach(IReadOnlyList<Thumbnail?> thumbnails, CancellationToken cancellationToken)
    {
        int[] first = [.. Enumerable.Range(0, thumbnails.Count)];
        var cells = new Dictionary<uint, List<int>>();
        for (int i = 0; i < thumbnails.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What is similar to one of two equal thumbnails is similar to the other, so one of them suffices in the grid.
            if (thumbnails[i] is { IsBlank: false } thumbnail && !JoinNeighbours(thumbnail, i, thumbnails, cells, first))
                Place(cells, Cell(thumbnail, Neighbours / 2), i);
        }

        for (int i = 0; i < first.Length; i++)
            first[i] = JoinedGroups.Root(first, i);
        return first;
    }

    /// <summary>Joins a thumbnail with all similar ones in the grid; true when one of them is equal.</summary>
    private static bool JoinNeighbours(
        Thumbnail thumbnail, int index, IReadOnlyList<Thumbnail?> thumbnails, Dictionary<uint, List<int>> cells, int[] first)
    {
        bool equal = false;
        for (int neighbour = 0; neighbour < Neighbours; neighbour++)
        {
            if (!cells.TryGetValue(Cell(thumbnail, neighbour), out var members))
                continue;
            foreach (int member in members)
            {
                if (thumbnail.IsSameImageAs(thumbnails[member]!, out bool isEqual))
                    JoinedGroups.Join(first, index, member);
                equal |= isEqual;
            }
        }

        return equal;
    }

    private static void Place(Dictionary<uint, List<int>> cells, uint cell, int index)
    {
        if (!cells.TryGetValue(cell, out var members))
            cells[cell] = members = [];
        members.Add(index);
    }

    /// <summary>One of the 81 cells around a thumbnail; the ternary digits of the number are the steps along the dimensions.</summary>
    private static uint Cell(Thumbnail thumbnail, int neighbour)
    {
        uint cell = 0;
        foreach (int projection in thumbnail.Projections)
        {
            int step = neighbour % 3 - 1;
            neighbour /= 3;
            cell = (cell << 8) | (uint)((int)Math.Floor((double)projection / Thumbnail.LargestSum) + step + CellOffset);
        }

        return cell;
    }
}
