using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class ProgramStatistics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // A customer program belongs to one customer. The planner would take the two for independent, expect next to no rows
            // where somebody asks for both, and sort thousands instead of walking an index.
            migrationBuilder.Sql("CREATE STATISTICS execution_program (dependencies) ON customer_program_id, customer_id FROM execution");
            migrationBuilder.Sql("ANALYZE execution");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP STATISTICS execution_program");
        }
    }
}
