using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// The Cholesky factorisation of a symmetric matrix plus a multiple of the identity, S + ρ·I = L·Lᵀ, in single precision and in blocks,
/// and the solution of equations with it.
/// </summary>
internal sealed class RidgeFactor
{
    private const int Block = 64;

    /// <summary>So many right sides are solved for at a time.</summary>
    public const int MostSides = 16;

    private readonly int _size;
    private readonly float[] _lower;
    private readonly float[] _upper;
    private readonly float[] _inverse;
    private readonly float[] _transposed;

    private RidgeFactor(int size, float[] lower)
    {
        _size = size;
        _lower = lower;
        _upper = new float[lower.Length];
        _inverse = new float[size * Block];
        _transposed = new float[size * Block];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
                _upper[(j * size) + i] = lower[(i * size) + j];
        }

        InvertDiagonal();
    }

    /// <summary>Factorises; where rounding leaves the matrix without a factor, with a larger ρ.</summary>
    /// <param name="matrix">S, positive semi-definite.</param>
    /// <param name="ridge">ρ, above 0.</param>
    /// <param name="threads">The number of threads that may work.</param>
    /// <returns>The factor; null where the matrix is not finite.</returns>
    public static RidgeFactor? Of(FeatureMatrix matrix, double ridge, int threads)
    {
        for (double added = ridge; float.IsFinite((float)added); added *= 16)
        {
            var lower = new float[matrix.Rows * matrix.Rows];
            if (Factorise(matrix, (float)added, lower, threads))
                return new RidgeFactor(matrix.Rows, lower);
        }

        return null;
    }

    /// <summary>Replaces each right side b by x with (S + ρ·I)·x = b.</summary>
    /// <param name="sides">Right sides of the size of the matrix, one after the other.</param>
    public void Solve(Span<float> sides)
    {
        for (int first = 0; first < sides.Length; first += MostSides * _size)
        {
            var part = sides.Slice(first, Math.Min(MostSides * _size, sides.Length - first));
            Forward(part);
            Backward(part);
        }
    }

    /// <summary>L block column by block column: all products with the columns before, then the block itself.</summary>
    private static bool Factorise(FeatureMatrix matrix, float ridge, float[] lower, int threads)
    {
        int size = matrix.Rows;
        for (int start = 0; start < size; start += Block)
        {
            int width = Math.Min(Block, size - start);
            int first = start;
            int tasks = (size - start + Block - 1) / Block;
            DensePasses.ForEach(tasks, (long)(size - start) * width * start, threads, task =>
            {
                int top = first + (task * Block);
                int height = Math.Min(Block, size - top);
                for (int i = top; i < top + height; i++)
                    matrix[i].Slice(first, width).CopyTo(lower.AsSpan((i * size) + first));
                if (first == 0)
                    return;
                Span<float> products = stackalloc float[Block * Block];
                DensePasses.Products(
                    new RowBlock(lower.AsSpan(first * size), first, size, width),
                    new RowBlock(lower.AsSpan(top * size), first, size, height),
                    products,
                    width);
                for (int i = 0; i < height; i++)
                {
                    var target = lower.AsSpan(((top + i) * size) + first, width);
                    TensorPrimitives.Subtract(target, products.Slice(i * width, width), target);
                }
            });
            for (int i = start; i < start + width; i++)
            {
                var row = lower.AsSpan((i * size) + start, width);
                Substitute(lower, row[..(i - start)], start, size);
                double square = row[i - start] + ridge - TensorPrimitives.Dot<float>(row[..(i - start)], row[..(i - start)]);
                if (!(square > ridge * 1e-3))
                    return false;
                row[i - start] = (float)Math.Sqrt(square);
                row[(i - start + 1)..].Clear();
            }

            DensePasses.ForEach(tasks - 1, (long)(size - start) * width * width, threads, task =>
            {
                int top = first + ((task + 1) * Block);
                for (int i = top; i < Math.Min(size, top + Block); i++)
                    Substitute(lower, lower.AsSpan((i * size) + first, width), first, size);
            });
        }

        return true;
    }

    /// <summary>Solves with the triangular block of L at a place, forward.</summary>
    private static void Substitute(float[] lower, Span<float> side, int start, int size)
    {
        for (int j = 0; j < side.Length; j++)
        {
            var row = lower.AsSpan(((start + j) * size) + start, j + 1);
            side[j] = (side[j] - TensorPrimitives.Dot<float>(row[..j], side[..j])) / row[j];
        }
    }

    private void Forward(Span<float> sides)
    {
        int count = sides.Length / _size;
        Span<float> products = stackalloc float[Block * MostSides];
        for (int start = 0; start < _size; start += Block)
        {
            int width = Math.Min(Block, _size - start);
            if (start > 0)
            {
                var before = new RowBlock(sides, start, _size, count);
                DensePasses.Products(new RowBlock(_lower.AsSpan(start * _size), start, _size, width), before, products, width);
                Subtract(products, sides, start, width);
            }

            Multiply(_inverse, sides, products, start, width);
        }
    }

    private void Backward(Span<float> sides)
    {
        int count = sides.Length / _size;
        Span<float> products = stackalloc float[Block * MostSides];
        for (int start = (_size - 1) / Block * Block; start >= 0; start -= Block)
        {
            int width = Math.Min(Block, _size - start);
            int end = start + width;
            if (end < _size)
            {
                var after = new RowBlock(sides[end..], _size - end, _size, count);
                DensePasses.Products(
                    new RowBlock(_upper.AsSpan((start * _size) + end), _size - end, _size, width), after, products, width);
                Subtract(products, sides, start, width);
            }

            Multiply(_transposed, sides, products, start, width);
        }
    }

    private void Subtract(ReadOnlySpan<float> products, Span<float> sides, int start, int width)
    {
        for (int c = 0; c * _size < sides.Length; c++)
        {
            var side = sides.Slice((c * _size) + start, width);
            TensorPrimitives.Subtract(side, products.Slice(c * width, width), side);
        }
    }

    /// <summary>Multiplies a block of each side with the block of a matrix on the diagonal at its place.</summary>
    private void Multiply(float[] diagonal, Span<float> sides, Span<float> products, int start, int width)
    {
        int count = sides.Length / _size;
        DensePasses.Products(
            new RowBlock(diagonal.AsSpan(start * Block), width, Block, width),
            new RowBlock(sides[start..], width, _size, count),
            products,
            width);
        for (int c = 0; c < count; c++)
            products.Slice(c * width, width).CopyTo(sides[((c * _size) + start)..]);
    }

    /// <summary>Inverts the triangular blocks on the diagonal of L, so that the solution is made of products only.</summary>
    private void InvertDiagonal()
    {
        Span<float> unit = stackalloc float[Block];
        for (int start = 0; start < _size; start += Block)
        {
            var column = unit[..Math.Min(Block, _size - start)];
            for (int j = 0; j < column.Length; j++)
            {
                column.Clear();
                column[j] = 1;
                Substitute(_lower, column, start, _size);
                for (int i = j; i < column.Length; i++)
                {
                    _inverse[((start + i) * Block) + j] = column[i];
                    _transposed[((start + j) * Block) + i] = column[i];
                }
            }
        }
    }
}
