using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class OldKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_api_key_hash",
                table: "api_key");

            migrationBuilder.CreateIndex(
                name: "ix_api_key_hash_customer_id",
                table: "api_key",
                columns: new[] { "hash", "customer_id" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_api_key_hash_customer_id",
                table: "api_key");

            migrationBuilder.CreateIndex(
                name: "ix_api_key_hash",
                table: "api_key",
                column: "hash",
                unique: true);
        }
    }
}
